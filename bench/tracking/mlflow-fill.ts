/**
 * Fills MLflow's tables as tools/seed.ts fills ours: the same metrics, params and tags with the same selectivities. Through
 * its API that would take an hour.
 */
export function fillStatements(
  database: 'sqlite' | 'postgresql',
  experiment: number,
  runs: number,
): readonly string[] {
  const lite = database === 'sqlite'
  const numbers = lite
    ? `with recursive n (i) as (select 0 union all select i + 1 from n where i < ${runs - 1})`
    : `with n (i) as (select generate_series(0, ${runs - 1}))`
  const uniform = lite ? '(abs(random()) % 1000000) / 1000000.0' : 'random()'
  const pick = (list: readonly string[]) =>
    lite
      ? `case abs(random()) % ${list.length} ${list.map((one, at) => `when ${at} then '${one}'`).join(' ')} end`
      : `(array[${list.map((one) => `'${one}'`).join(', ')}])[1 + floor(random() * ${list.length})::int]`
  const id = lite
    ? `printf('%032x', i + ${experiment} * 10000000)`
    : `lpad(to_hex(i + ${experiment} * 10000000), 32, '0')`
  const text = (expression: string) => `cast(${expression} as ${lite ? 'text' : 'varchar'})`
  const no = lite ? '0' : 'false'
  const metric = (key: string, value: string) => [
    `${numbers} insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
      select '${key}', ${value}, 1700000000000, 0, ${no}, ${id} from n`,
    `insert into metrics (key, value, timestamp, step, is_nan, run_uuid)
      select key, value, timestamp, step, is_nan, run_uuid from latest_metrics
      where key = '${key}' and run_uuid in (select run_uuid from runs where experiment_id = ${experiment})`,
  ]
  const param = (key: string, value: string) =>
    `${numbers} insert into params (key, value, run_uuid) select '${key}', ${value}, ${id} from n`
  const tag = (key: string, value: string) =>
    `${numbers} insert into tags (key, value, run_uuid) select '${key}', ${value}, ${id} from n`
  return [
    `${numbers} insert into runs (run_uuid, name, source_type, user_id, status, start_time, end_time, lifecycle_stage,
        artifact_uri, experiment_id)
      select ${id}, 'run-' || i, 'LOCAL', 'ada', 'FINISHED', 1700000000000 + i * 60000, 1700000045000 + i * 60000,
        'active', 'mlflow-artifacts:/${experiment}/' || ${id} || '/artifacts', ${experiment} from n`,
    ...metric('accuracy', uniform),
    ...metric('f1', uniform),
    ...metric('loss', uniform),
    ...metric('rank', 'i'),
    param('lr', pick(['0.0001', '0.0003', '0.001', '0.003', '0.01', '0.03', '0.1', '0.3', '1', '3'])),
    param('depth', text(lite ? '1 + abs(random()) % 20' : '1 + floor(random() * 20)::int')),
    param('optimizer', pick(['adam', 'sgd', 'lion'])),
    param('sweep', `'sweep-' || (i / 50)`),
    tag('mlflow.runName', `'run-' || i`),
    tag('mlflow.user', `'ada'`),
    tag('mlflow.source.name', `'train.py'`),
    tag('team', pick(['red', 'green', 'blue', 'gold', 'gray'])),
    tag('ticket', `'t-' || (i / 50)`),
  ]
}
