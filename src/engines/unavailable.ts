/** The engine that was asked for cannot run here; the message says what to install. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
}
