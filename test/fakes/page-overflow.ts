/** Runs in the page: elements that stick out of the window, or whose text does not fit into them; or that one can scroll sideways at all, which what
 *  is only heard makes possible too. */
export function overflowing(): string[] {
  const { clientWidth: limit, scrollWidth } = document.documentElement
  if (scrollWidth > limit) return [`the page itself: ${scrollWidth} px in a window of ${limit}`]
  return [...document.querySelectorAll('body *')]
    .filter(
      (element) =>
        !element.closest('.hidden, .skip, [data-react-aria-prevent-focus], [style*="clip"]') &&
        getComputedStyle(element).display !== 'inline',
    )
    .filter((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      // Said to who listens, not shown; and React Aria's own controls under what stands for them.
      const isClipped = getComputedStyle(element).clipPath !== 'none' || element.closest('[data-rac] input') !== null
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.tagName !== 'INPUT'
      return width > 1 && !isClipped && (left < -1 || right > limit + 1 || cut)
    })
    .map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 60)}`)
}
