/** Counts what is painted: what is kept already costs nothing, and is not counted. */

import { OPEN_TENANT } from '../access/tenants.ts';
import type { Stylizer } from '../stylization/stylizer.ts';

/** `count` is told of the pixels of every painting, and whose it is. */
export function meteredStylizer(
  stylizer: Stylizer,
  count: (tenant: string, pixels: number) => Promise<void>,
): Stylizer {
  return {
    ...stylizer,
    async stylize(file, options, context) {
      const painting = await stylizer.stylize(file, options, context);
      await count(context.tenant ?? OPEN_TENANT, painting.width * painting.height);
      return painting;
    },
  };
}
