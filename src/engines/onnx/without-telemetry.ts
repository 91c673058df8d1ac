/**
 * ONNX Runtime sends events about its use to its maker, and keeps a device id in the home folder,
 * unless the process's environment forbids it before the runtime is loaded. To be imported first,
 * and by the main thread: a worker thread's changes to the environment do not reach native code.
 */

// biome-ignore lint/style/noProcessEnv: the native library reads nothing else
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
