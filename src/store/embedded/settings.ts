/** For one machine that does other things as well: little memory, few processes, every commit durable. */
export const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '1GB',
  // Workers for reading ahead would be three more processes; our reads are small.
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  autovacuum_max_workers: '2',
  autovacuum_worker_slots: '2',
  max_logical_replication_workers: '0',
  jit: 'off',
  // No replicas: the least write-ahead log that still survives a crash.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '512MB',
  fsync: 'on',
  synchronous_commit: 'on',
  // Errors of statements are reported to their senders; the server's log keeps to the server's own life.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  timezone: 'UTC',
}

export function settingArguments(extra: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...settings, ...extra }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
