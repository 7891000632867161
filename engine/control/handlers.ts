/** The contract, answered by the engine. One set of handlers serves the local socket and the page alike. */
import type { EngineContract } from '../../protocol/contract.ts'
import type { Handlers } from '../../protocol/rpc.ts'
import type { Controlled } from './controlled.ts'

/** How it ends: for good, or to begin again, as it is or as another home. */
export type End = 'stop' | 'restart' | 'move-in'

export function createHandlers(engine: Controlled, openPage: () => string | null, end: (how: End) => void): Handlers<EngineContract> {
  return {
    snapshot(_input, emit) {
      emit(engine.snapshot())
      return engine.onSnapshot(emit)
    },
    async addService({ name, target, preset, pin }) {
      await engine.addService(name, target, preset, pin)
      return {}
    },
    lookBefore: (wish, signal) => engine.lookBefore(wish, signal),
    setup: () => ({ setup: engine.setup() }),
    keepSetup({ setup }) {
      engine.keepSetup(setup)
      return {}
    },
    beginProof: ({ service, address }) => engine.beginProof(service, address),
    computer: async (_input, signal) => ({ battery: await engine.hasBattery(signal) }),
    lookAtCertificate: async ({ target }, signal) => ({ certificate: await engine.lookAtCertificate(target, signal) }),
    acceptCertificate({ name, prefix, fingerprint }) {
      engine.acceptCertificate(name, prefix, fingerprint)
      return {}
    },
    addRoute(wish) {
      engine.addRoute(wish)
      return {}
    },
    removeRoute({ service, prefix }) {
      engine.removeRoute(service, prefix)
      return {}
    },
    setUploadLimit({ name, mb }) {
      engine.setUploadLimit(name, mb)
      return {}
    },
    setProxyProtocol({ name, on }) {
      engine.setProxyProtocol(name, on)
      return {}
    },
    setRelayOnly({ name, on }) {
      engine.setRelayOnly(name, on)
      return {}
    },
    checkService: ({ name, tryDefaultLogins }, signal) => engine.checkService(name, tryDefaultLogins, signal),
    presets: () => ({ presets: engine.presets() }),
    discover: (_input, emit) => engine.discover(emit),
    diagnose: (_input, emit) => engine.diagnose(emit),
    removeService({ name }) {
      engine.removeService(name)
      return {}
    },
    pauseService({ name }) {
      engine.setPaused(name, true)
      return {}
    },
    resumeService({ name }) {
      engine.setPaused(name, false)
      return {}
    },
    addLink: (wish) => ({ id: engine.addLink(wish) }),
    revokeLink({ service, id }) {
      engine.revokeLink(service, id)
      return {}
    },
    async setAccess(wish) {
      await engine.setAccess(wish)
      return {}
    },
    expel({ service, place }) {
      engine.expel(service, place)
      return {}
    },
    async checkNow() {
      await engine.checkNow()
      return {}
    },
    async joinRelay({ relay }, signal) {
      await engine.joinRelay(relay, signal)
      return {}
    },
    async leaveRelay({ relay }, signal) {
      await engine.leaveRelay(relay, signal)
      return {}
    },
    checkName: ({ name }, signal) => engine.checkName(name, signal),
    async rename({ name }, signal) {
      await engine.rename(name, signal)
      return {}
    },
    addAlert({ to, language }) {
      engine.addAlert(to, language)
      return {}
    },
    removeAlert({ id }) {
      engine.removeAlert(id)
      return {}
    },
    async testAlerts(_input, signal) {
      await engine.testAlerts(signal)
      return {}
    },
    agreeTerms({ url }) {
      engine.agreeTerms(url)
      return {}
    },
    chooseAuthority(wish) {
      engine.chooseAuthority(wish)
      return {}
    },
    addOwnName(wish) {
      engine.addOwnName(wish)
      return {}
    },
    async removeOwnName({ host }, signal) {
      await engine.removeOwnName(host, signal)
      return {}
    },
    nameProviders: () => ({ providers: engine.nameProviders() }),
    addName: (wish, signal) => engine.addName(wish, signal),
    updateName: ({ host, credentials }, signal) => engine.updateName(host, credentials, signal),
    testName: ({ host }, signal) => engine.testName(host, signal),
    removeName: ({ host }, signal) => engine.removeName(host, signal),
    checkOwnDomain: (wish, signal) => engine.checkOwnDomain(wish, signal),
    tryCertificate: (_input, signal) => engine.tryCertificate(signal),
    routerName: (wish, signal) => engine.routerName(wish, signal),
    ban({ address, forS }) {
      engine.ban(address, forS)
      return {}
    },
    unban({ address }) {
      engine.unban(address)
      return {}
    },
    announceSleep() {
      engine.announceSleep()
      return {}
    },
    openPage: () => ({ url: openPage() }),
    stop() {
      // After the answer has gone out.
      setImmediate(end, 'stop')
      return {}
    },
    restart() {
      setImmediate(end, 'restart')
      return {}
    },
    exportHome: () => engine.exportHome(),
    importHome({ fileName, sealed, code }) {
      engine.takeHomeIn(fileName, sealed, code)
      setImmediate(end, 'move-in')
      return {}
    },
    testService: ({ name }) => engine.testService(name),
    setPreferences(preferences) {
      engine.setPreferences(preferences)
      return {}
    },
    chooseRouter({ router }) {
      engine.chooseRouter(router)
      return {}
    },
    async connectRouter(wish, signal) {
      await engine.connectRouter(wish, signal)
      return {}
    },
    forgetRouter: (_input, signal) => engine.forgetRouter(signal),
    history: ({ service, sinceMs }) => engine.history(sinceMs, service),
    traffic: ({ service, range }) => engine.traffic(service, range),
    visitors: (_input, emit) => engine.watchVisitors(emit),
    log: ({ filter, limit, beforeId }) => ({ entries: engine.log(filter, limit, beforeId) }),
    followLog: (filter, emit) => engine.followLog(filter, (entries) => emit({ entries })),
    supportBundle: () => engine.supportBundle(),
  }
}
