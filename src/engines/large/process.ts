/**
 * A process that paints one large picture after the other, by threads that share each of them, and keeps the network
 * that it painted with last. Its further threads run this file, too.
 */

import { isMainThread } from 'node:worker_threads';
import { help } from './helper-thread.ts';
import { serve } from './serve.ts';

if (isMainThread) serve(import.meta.filename);
else help();
