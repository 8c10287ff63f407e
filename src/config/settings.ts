/** Every setting of the platform: an environment variable, and an option of the command line that overrules it. */
export const settings = {
  home: { env: 'SLIPWAY_HOME', option: '--home', help: 'The data directory. Default: ~/.slipway.' },
  host: { env: 'SLIPWAY_HOST', option: '--host', help: 'The address to listen on. Default: 127.0.0.1.' },
  port: { env: 'SLIPWAY_PORT', option: '--port', help: 'The port of the API and the pages. Default: 4600.' },
  inferencePort: {
    env: 'SLIPWAY_INFERENCE_PORT',
    option: '--inference-port',
    help: 'The port of the model server. Default: 4680, or any that is free.',
  },
  basePath: {
    env: 'SLIPWAY_BASE_PATH',
    option: '--base-path',
    help: 'The path below which a reverse proxy serves the platform.',
  },
  allowedHosts: {
    env: 'SLIPWAY_ALLOWED_HOSTS',
    option: '--allowed-hosts',
    help: 'Names that the platform answers to, by commas.',
  },
  trustProxy: {
    env: 'SLIPWAY_TRUST_PROXY',
    option: '--trust-proxy',
    help: 'Addresses of reverse proxies, by commas.',
  },
  tlsCert: {
    env: 'SLIPWAY_TLS_CERT',
    option: '--tls-cert',
    help: 'A file with the TLS certificate chain (PEM).',
  },
  tlsKey: {
    env: 'SLIPWAY_TLS_KEY',
    option: '--tls-key',
    help: 'A file with the key of the TLS certificate (PEM).',
  },
  insecureListen: {
    env: 'SLIPWAY_INSECURE_LISTEN',
    option: '--insecure-listen',
    help: 'Listen beyond this machine without TLS, for example behind a proxy.',
    flag: true,
  },
  insecureNoAuth: {
    env: 'SLIPWAY_INSECURE_NO_AUTH',
    option: '--insecure-no-auth',
    help: 'Everyone on this machine is administrator. Only on a loopback address.',
    flag: true,
  },
  adminName: {
    env: 'SLIPWAY_ADMIN_USER',
    option: '--admin-user',
    help: 'The name of the first administrator. Default: admin.',
  },
  adminPassword: {
    env: 'SLIPWAY_ADMIN_PASSWORD',
    help: 'The password of the first administrator. Default: a one-time link.',
  },
  databaseUrl: {
    env: 'SLIPWAY_DATABASE_URL',
    help: 'An external PostgreSQL 15 or later. Default: an embedded one in the data directory.',
  },
  blobs: {
    env: 'SLIPWAY_BLOBS',
    option: '--blobs',
    help: 'Where files are kept: local or s3. Default: local.',
  },
  s3Bucket: { env: 'SLIPWAY_S3_BUCKET', option: '--s3-bucket', help: 'The bucket.' },
  s3Prefix: {
    env: 'SLIPWAY_S3_PREFIX',
    option: '--s3-prefix',
    help: 'What stands before every key in the bucket.',
  },
  s3Endpoint: {
    env: 'SLIPWAY_S3_ENDPOINT',
    option: '--s3-endpoint',
    help: 'The address of a server that speaks S3, other than AWS.',
  },
  s3Region: { env: 'SLIPWAY_S3_REGION', option: '--s3-region', help: 'The region of the bucket.' },
  s3AccessKeyId: { env: 'SLIPWAY_S3_ACCESS_KEY_ID', help: 'Default: as every AWS program finds it.' },
  s3SecretAccessKey: { env: 'SLIPWAY_S3_SECRET_ACCESS_KEY', help: 'Belongs to the access key id.' },
  artifactRoot: {
    env: 'SLIPWAY_ARTIFACT_ROOT',
    option: '--artifact-root',
    help: "Where runs' artifacts go: a directory, file://, s3://, or its own storage as mlflow-artifacts:/ (default) or https://…/api/2.0/mlflow-artifacts/artifacts.",
  },
  cacheSize: {
    env: 'SLIPWAY_CACHE_SIZE',
    option: '--cache-size',
    help: 'What the local copies of S3 files may take, for example 20Gi.',
  },
  python: {
    env: 'SLIPWAY_PYTHON',
    option: '--python',
    help: 'The Python that jobs use. Default: python3 in PATH.',
  },
  logLevel: {
    env: 'SLIPWAY_LOG_LEVEL',
    option: '--log-level',
    help: 'debug, info, warn or error. Default: info.',
  },
  outboundAllow: {
    env: 'SLIPWAY_OUTBOUND_ALLOW',
    option: '--outbound-allow',
    help: 'Private addresses (CIDR) or names that webhooks may reach, by commas.',
  },
  webhookSchemes: {
    env: 'SLIPWAY_WEBHOOK_SCHEMES',
    also: 'MLFLOW_WEBHOOK_ALLOWED_SCHEMES',
    help: 'Schemes of addresses of webhooks, by commas. Default: https.',
  },
  webhookPrivate: {
    env: 'SLIPWAY_WEBHOOK_ALLOW_PRIVATE',
    also: 'MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS',
    help: 'Let webhooks reach any private address. Better: name some in SLIPWAY_OUTBOUND_ALLOW.',
    flag: true,
  },
  webhookRetries: {
    env: 'SLIPWAY_WEBHOOK_RETRIES',
    also: 'MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES',
    help: 'How often a post of a webhook is tried again. Default: 12, over an hour.',
  },
  webhookTimeout: {
    env: 'SLIPWAY_WEBHOOK_TIMEOUT',
    also: 'MLFLOW_WEBHOOK_REQUEST_TIMEOUT',
    help: 'Seconds that the receiver of a webhook has for its answer. Default: 30.',
  },
  defaultPermission: {
    env: 'SLIPWAY_DEFAULT_PERMISSION',
    help: "What members without a role of the project may do with others' things: NO_PERMISSIONS, READ, USE, EDIT or MANAGE. Default: READ.",
  },
} as const satisfies Record<string, Setting>

export interface Setting {
  readonly env: string
  /** What MLflow's own server calls it. */
  readonly also?: string
  /** Absent for what must not stand in a process list. */
  readonly option?: string
  readonly help: string
  /** Without a value on the command line; `1` or `true` in the environment. */
  readonly flag?: true
}

export type SettingName = keyof typeof settings
