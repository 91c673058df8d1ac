/**
 * The same service with the network of Johnson et al. through tfjs-node, as its own process: what a
 * service around the usual network costs. For `npm run bench`.
 */

import { tensorflowEngine } from '../../src/engines/tensorflow/engine.ts';
import { paint } from '../../src/network/engine.ts';
import { classicNetwork } from '../../src/network/layers.ts';
import { withoutResults } from '../../src/results/results.ts';
import { startServer } from '../../src/runtime/server.ts';
import { createServices } from '../../src/services/services.ts';
import { createStylizer } from '../../src/stylization/stylizer.ts';
import { randomWeights } from '../support/random.ts';
import { testConfig } from '../support/server.ts';

const network = classicNetwork();
const session = await (await tensorflowEngine()).load(network, randomWeights(network, 1));
const config = testConfig({ LOG_LEVEL: 'info' });
const services = await createServices(config);
const { MAX_PIXELS: maxPixels, MAX_PAGES: maxPages } = config;
const stylizer = createStylizer({
  ...services,
  sessions: { ...services.sessions, paint: (_, photo) => paint(session, network, photo) },
  limits: {
    maxPixels,
    maxPages,
    wholePixels: maxPixels,
    wholeBytes: config.MAX_DECODED_BYTES,
    maxDecodedBytes: config.MAX_DECODED_BYTES,
  },
  scratchFolder: '',
});
const of = (tenant: string) => ({
  ...services.of(tenant),
  stylizer: withoutResults(stylizer),
});
const { stop } = await startServer({ ...services, of });
process.once('SIGTERM', stop);
