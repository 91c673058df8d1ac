/** Log lines for operators. */

import { pino } from 'pino';
import { traceIds } from './trace-context.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** JSON lines on standard output, with the trace that they belong to, where there is one. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null, mixin: traceIds });
}
