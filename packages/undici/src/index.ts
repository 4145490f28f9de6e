export { type InstallOptions, installTape, type InstalledTape } from './install-tape.ts'
export { createTapeDispatcher, type TapeDispatcherOptions } from './tape-dispatcher.ts'
export { tapeInterceptor, type TapeInterceptorOptions } from './tape-interceptor.ts'
