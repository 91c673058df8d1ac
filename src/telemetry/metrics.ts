/** What is measured, as data: exporters, the table in the documentation and the checks of dashboards follow from it. */

export interface Metric {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly help: string;
  /** Their values are bounded: nothing that a caller writes becomes one. */
  readonly labels: readonly string[];
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const JOB_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 21_600];

/** By name, after the conventions of Prometheus: https://prometheus.io/docs/practices/naming/ */
export const METRICS = {
  impasto_http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time until an answer begins, by method, route template and status; `none` where no route answered.',
    labels: ['method', 'route', 'status'],
    buckets: SECONDS,
  },
  impasto_http_requests_active: {
    kind: 'gauge',
    help: 'Requests that have come and are not answered yet.',
    labels: [],
  },
  impasto_problems_total: {
    kind: 'counter',
    help: 'Answers that were problems, by problem type.',
    labels: ['type'],
  },
  impasto_step_duration_seconds: {
    kind: 'histogram',
    help: 'Time of each step of a request or job: `receive`, `queue`, `fetch`, `decode`, `inference`, `encode`, `store` and others.',
    labels: ['step'],
    buckets: SECONDS,
  },
  impasto_paintings_total: {
    kind: 'counter',
    help: 'Paintings asked for, by style (`mix` for several), precision, and outcome: `painted`, `kept` or `shared` (answered without painting), `refused`, `canceled`, `failed`.',
    labels: ['style', 'precision', 'outcome'],
  },
  impasto_painted_pixels_total: {
    kind: 'counter',
    help: 'Pixels of paintings that were painted, not taken from those that are kept.',
    labels: ['precision'],
  },
  impasto_slots_running: {
    kind: 'gauge',
    help: 'Work under way in slots for pictures in one piece (`whole`), in strips (`large`) and for headers.',
    labels: ['slots'],
  },
  impasto_slots_waiting: {
    kind: 'gauge',
    help: 'Work that waits for such a slot.',
    labels: ['slots'],
  },
  impasto_slots_oldest_wait_seconds: {
    kind: 'gauge',
    help: 'How long the oldest of that has waited.',
    labels: ['slots'],
  },
  impasto_queue_messages: {
    kind: 'gauge',
    help: 'Messages of a queue that are not done. Every process reports the same number where the queue is SQS.',
    labels: ['queue'],
  },
  impasto_queue_oldest_message_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest of them. Absent with SQS, whose own metric is ApproximateAgeOfOldestMessage.',
    labels: ['queue'],
  },
  impasto_jobs_total: {
    kind: 'counter',
    help: 'Jobs that came into a status here, by kind; `buried` where the work was given up.',
    labels: ['kind', 'status'],
  },
  impasto_job_wait_seconds: {
    kind: 'histogram',
    help: 'Age of jobs when work on them begins.',
    labels: ['kind'],
    buckets: JOB_SECONDS,
  },
  impasto_job_age_seconds: {
    kind: 'histogram',
    help: 'Age of jobs when they are finished.',
    labels: ['kind', 'status'],
    buckets: JOB_SECONDS,
  },
  impasto_webhook_attempts_total: {
    kind: 'counter',
    help: 'Attempts at delivering webhooks: `delivered`, `answered` with another status than 2xx, or `unanswered`.',
    labels: ['outcome'],
  },
  impasto_sessions: {
    kind: 'gauge',
    help: 'Networks of styles and mixes that are loaded.',
    labels: [],
  },
  impasto_session_bytes: {
    kind: 'gauge',
    help: 'Estimated memory that they take, per worker.',
    labels: [],
  },
  impasto_session_uses_total: {
    kind: 'counter',
    help: 'Uses of a network: `hit` where it was loaded, `miss` where it had to be.',
    labels: ['result'],
  },
  impasto_disk_free_bytes: {
    kind: 'gauge',
    help: 'Room on the disks of DATA_DIR (`data`, without a bucket) and SCRATCH_DIR (`scratch`).',
    labels: ['folder'],
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;
