import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlipwayError } from '../../base/error.ts'
import { parseSpec } from './spec.ts'

const good = `version: 1
line: digit-reader
owner: vision-team
data:
  train: { dataset: digits, label: digit, id: image_id }
  checks: ./checks.yaml
train:
  run: python train.py
  python: requirements.txt
gates:
  - metric: accuracy >= 0.95
deploy:
  rollout: { steps: [10, 50, 100], requests: 50, abort_if: ["error_rate > 1%"] }
monitor:
  drift: { window: 300 rows }
  performance: { metric: accuracy, min: 0.93, window: 300 rows }
retrain:
  when: [drift, performance, { cron: "0 3 * * 0" }]
`
const files = new Set(['./checks.yaml', 'requirements.txt'])

function failure(yaml: string, sent = files): { message: string; line: unknown; column: unknown } {
  try {
    parseSpec(yaml, sent)
  } catch (thrown) {
    assert.ok(thrown instanceof SlipwayError, String(thrown))
    assert.equal(thrown.code, 'invalid_yaml')
    return { message: thrown.message, line: thrown.facts.line, column: thrown.facts.column }
  }
  assert.fail('it was accepted')
}

test('a good file is read', () => {
  const spec = parseSpec(good, files)
  assert.equal(spec.line, 'digit-reader')
  assert.deepEqual(spec.deploy?.rollout?.steps, [10, 50, 100])
})

const cases: [string, (yaml: string) => string, RegExp, number][] = [
  ['broken YAML', (y) => y.replace('owner: vision-team', 'owner: "vision'), /line/, 20],
  ['an unknown key', (y) => y.replace('owner:', 'ownr:'), /'ownr' is not known here; allowed: .*owner/, 3],
  [
    'an unknown key deep inside',
    (y) => y.replace('label: digit', 'lable: digit'),
    /'data\.train\.lable'.*label/,
    5,
  ],
  ['a missing key', (y) => y.replace('  run: python train.py\n', ''), /'train' lacks run/, 7],
  [
    'a wrong value',
    (y) => y.replace('owner: vision-team', 'owner: vision-team\nrisk: huge'),
    /'risk'.*minimal, limited, high/,
    4,
  ],
  ['a wrong type', (y) => y.replace('[10, 50, 100]', 'often'), /'deploy\.rollout\.steps'/, 13],
  ['a gate that cannot be read', (y) => y.replace('accuracy >= 0.95', 'be good'), /'be good' is no gate/, 11],
  ['steps that do not end at 100', (y) => y.replace('50, 100]', '50]'), /last step must be 100/, 13],
  [
    'a condition that cannot be read',
    (y) => y.replace('error_rate > 1%', 'error_rate is bad'),
    /error_rate is bad/,
    13,
  ],
  ['steps that fall', (y) => y.replace('[10, 50, 100]', '[50, 10, 100]'), /must rise/, 13],
  ['a cron that cannot be read', (y) => y.replace('0 3 * * 0', '99 * * * *'), /line 18/, 18],
  [
    'a metric that is not watched',
    (y) => y.replace('metric: accuracy,', 'metric: acuracy,'),
    /allowed: accuracy, f1_macro, mae, rmse/,
    16,
  ],
  ['both bounds', (y) => y.replace('min: 0.93', 'min: 0.93, max: 1'), /exactly one/, 16],
  [
    'a file that did not come along',
    (y) => y.replace('./checks.yaml', './other.yaml'),
    /'\.\/other\.yaml' was not sent/,
    6,
  ],
  ['a path that climbs', (y) => y.replace('./checks.yaml', '/etc/passwd'), /'data\.checks'/, 6],
]
for (const [name, change, message, line] of cases) {
  test(`${name}: line, column and what is allowed`, () => {
    const found = failure(change(good))
    assert.match(found.message, message)
    assert.ok(name === 'broken YAML' || found.line === line, `${found.message} (line ${found.line})`)
  })
}

test('an alias bomb is refused', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]`
  assert.match(failure(bomb).message, /line 1/)
})
