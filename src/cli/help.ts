/** How `--help` writes options: choices, defaults and variables as a person would. */

import type { Command, Option } from 'commander';

/** For the command and for all that are added to it afterwards; `home` is the person's folder. */
export function withPlainHelp(command: Command, home: string | undefined): Command {
  return command.configureHelp({ optionDescription: (option) => describe(option, home) });
}

function describe(option: Option, home: string | undefined): string {
  const { description, argChoices, envVar } = option;
  const usual = defaultText(option, home);
  const notes = [
    ...(argChoices ? [`choices: ${argChoices.join(', ')}`] : []),
    ...(usual ? [`default: ${usual}`] : []),
    ...(envVar ? [`env: ${envVar}`] : []),
  ];
  return notes.length > 0 ? `${description} (${notes.join('; ')})` : description;
}

/** A switch that is not given is off: that needs no word. */
function defaultText(option: Option, home: string | undefined): string | undefined {
  const { defaultValue, defaultValueDescription } = option;
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  if (defaultValue === undefined || option.isBoolean()) return undefined;
  const text = String(defaultValue);
  return home && text.startsWith(`${home}/`) ? `~${text.slice(home.length)}` : text;
}
