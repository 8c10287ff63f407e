/** Every expected failure of the program: its HTTP status and what its reader can do. Documented in docs/errors.md. */
export const catalogue = {
  invalid_argument: { status: 400, remedy: 'Correct the named field and send the request again.' },
  invalid_yaml: {
    status: 400,
    remedy: 'Correct the file at the line and column given, then apply it again.',
  },
  invalid_data: { status: 400, remedy: 'Correct the file at the row given, then upload it again.' },
  invalid_model: { status: 400, remedy: 'Export the model again as ONNX and check it with onnx.checker.' },
  unauthenticated: { status: 401, remedy: 'Log in with `slipway login`, or send a valid bearer token.' },
  forbidden: { status: 403, remedy: 'Ask an admin of the project for a role that permits this action.' },
  wrong_host: {
    status: 421,
    remedy: 'Use an address of this platform, or add the name to SLIPWAY_ALLOWED_HOSTS.',
  },
  cross_site: {
    status: 403,
    remedy: 'Call from the pages of this platform, or with a bearer token from a program.',
  },
  not_found: { status: 404, remedy: 'Check the name or id; it may have been deleted.' },
  already_exists: { status: 409, remedy: 'Choose another name, or change what exists.' },
  conflict: { status: 409, remedy: 'Read the current state and decide again.' },
  wrong_state: { status: 409, remedy: 'Wait for the operation under way, or undo it first.' },
  held: { status: 409, remedy: 'Ask who placed the hold whether it can be released.' },
  in_use: { status: 409, remedy: 'Move the deployment or line to another version first.' },
  checks_failed: { status: 422, remedy: 'Correct the data or the checks, then upload it again.' },
  invalid_range: { status: 416, remedy: 'Ask for bytes that the file has, or for all of it.' },
  too_large: { status: 413, remedy: 'Send less at once, or raise the limit in the configuration.' },
  rate_limited: { status: 429, remedy: 'Wait for the time in Retry-After and try again.' },
  job_failed: { status: 422, remedy: 'Read the log of the job: `slipway logs <job>`.' },
  job_timeout: { status: 422, remedy: 'Make the command faster, or raise its time limit.' },
  job_out_of_memory: { status: 422, remedy: 'Use less memory, or raise resources.memory.' },
  output_missing: {
    status: 422,
    remedy: 'Have the command write its files below $SLIPWAY_OUTPUTS, a model as model/model.onnx.',
  },
  job_cancelled: { status: 409, remedy: 'Start it again if the cancellation was not meant.' },
  job_lost: { status: 500, remedy: 'The job is retried; if it goes on, read the worker log.' },
  python_missing: { status: 422, remedy: 'Install Python 3.10 or later, or set SLIPWAY_PYTHON to its path.' },
  python_environment: {
    status: 422,
    remedy: "Correct requirements.txt; the log shows the installer's message.",
  },
  port_in_use: { status: 500, remedy: 'Stop the other program, or choose another port with --port.' },
  home_in_use: {
    status: 500,
    remedy: 'Stop the other Slipway on this directory, or choose another with --home.',
  },
  disk_full: { status: 507, remedy: 'Free space on the disk that holds the data directory.' },
  database_unavailable: {
    status: 503,
    remedy: 'Check that PostgreSQL runs and SLIPWAY_DATABASE_URL is right.',
  },
  database_newer: {
    status: 500,
    remedy: 'Run the version of Slipway that wrote this database, or a later one.',
  },
  insecure_listen: {
    status: 500,
    remedy: 'Give a TLS certificate, listen on 127.0.0.1, or pass --insecure-listen.',
  },
  invalid_config: { status: 500, remedy: 'Correct the named environment variable or option.' },
  secret_unreadable: {
    status: 500,
    remedy: 'Restore the directory `keys` of the data directory from a backup, or enter the secret again.',
  },
  invalid_backup: {
    status: 400,
    remedy: 'Use a file that `slipway backup` wrote, and that was copied whole.',
  },
  invalid_archive: {
    status: 400,
    remedy: 'Use a file that `slipway export` wrote, and that was copied whole.',
  },
  source_unavailable: {
    status: 502,
    remedy: 'Check the address that is imported from, and that its server or database answers.',
  },
  source_forbidden: {
    status: 403,
    remedy: 'Give MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
  },
  home_not_empty: { status: 409, remedy: 'Restore into a data directory and a database that are new.' },
  blob_missing: { status: 500, remedy: 'Restore the blob from a backup: `slipway restore`.' },
  blob_corrupt: { status: 500, remedy: 'Restore the blob from a backup: `slipway restore`.' },
  blob_unavailable: { status: 503, remedy: 'Check that the object store can be reached, then try again.' },
  internal: { status: 500, remedy: 'This is a bug: report it with what the log says about the request id.' },
  destination_refused: {
    status: 400,
    remedy: 'Use a public address, or have the operator add this one to SLIPWAY_OUTBOUND_ALLOW.',
  },
  destination_failed: { status: 502, remedy: 'Check that the address is right and that its server answers.' },
  overloaded: { status: 503, remedy: 'Wait for the time in Retry-After and try again.' },
  not_ready: { status: 503, remedy: 'Wait until the service is ready and try again.' },
} as const satisfies Record<string, { status: number; remedy: string }>

export type ErrorCode = keyof typeof catalogue
