/** Says that the server is away, and that nothing is lost by it. */

import { retryConnection, useConnection } from '../connection.ts';

export function Lost() {
  const { isLost } = useConnection();
  if (!isLost) return null;
  return (
    <div role="alert" class="lost">
      <p>
        The server cannot be reached. Your picture is kept, and the page goes on when it is back.
      </p>
      <button type="button" class="small" onClick={retryConnection}>
        Try now
      </button>
    </div>
  );
}
