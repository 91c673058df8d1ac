/** A container's health check: exits with 0 where the server beside it is ready. */

const { PORT = '8080' } = process.env;
const ready = await fetch(`http://127.0.0.1:${PORT}/health/ready`).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = ready ? 0 : 1;
