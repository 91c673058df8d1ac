/** `impasto complete <shell>`: what a shell needs to complete commands, options and styles. */

import { readdirSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** Adds the command. Call it when all others are there. */
export function withCompletion(program: Command, modelsDir: string): void {
  const completion = tab(program);
  const styles = (complete: (value: string, description: string) => void) => {
    for (const id of styleIds(modelsDir)) complete(id, '');
  };
  for (const command of STYLE_FLAGS) {
    const flag = completion.commands.get(command)?.options.get('style');
    if (flag) flag.handler = styles;
  }
  for (const [command, argument] of STYLE_ARGUMENTS) {
    const place = completion.commands.get(command)?.arguments.get(argument);
    if (place) place.handler = styles;
  }
}

const STYLE_FLAGS = ['stylize', 'sign'];

const STYLE_ARGUMENTS = [
  ['export', 'style'],
  ['quantize', 'styles'],
  ['distill', 'styles'],
] as const;

function styleIds(modelsDir: string): string[] {
  try {
    const entries = readdirSync(modelsDir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}
