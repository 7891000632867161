declare module '*.css'
declare module '@fontsource-variable/*'
declare module '*.svg' {
  const address: string
  export default address
}
