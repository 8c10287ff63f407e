import assert from 'node:assert/strict'
import { test } from 'node:test'
import { condaOf, merged, pythonOf, requirementsOf } from './dependencies.ts'

const pairs = (list: { name: string; requirement: string }[]) =>
  list.map(({ name, requirement }) => `${name}${requirement}`)

test('a requirements file names packages, whatever else stands in it', () => {
  const text = `
# made by hand
-r other.txt
--index-url https://example.com/simple
Scikit_Learn==1.5.2 ; python_version > "3.9"
numpy>=2, <3  # as tested
pandas[parquet] == 2.2.0 --hash=sha256:abc
torch @ https://example.com/torch.whl
pyyaml
cloudpickle==3.0.0 \\
    --hash=sha256:def
`
  assert.deepEqual(pairs(requirementsOf(text)), [
    'scikit-learn==1.5.2',
    'numpy>=2,<3',
    'pandas[parquet]==2.2.0',
    'torch@https://example.com/torch.whl',
    'pyyaml',
    'cloudpickle==3.0.0',
  ])
})

test('a conda environment names the interpreter and what pip installs', () => {
  const text =
    'name: env\nchannels: [conda-forge]\ndependencies:\n- python=3.11.4\n- pip<=24\n- pip:\n  - mlflow==3.1\n'
  assert.deepEqual(pairs(condaOf(text)), ['python=3.11.4', 'pip<=24', 'mlflow==3.1'])
  assert.deepEqual(condaOf('- [not: an: environment'), [])
})

test('the first file that declares a package counts', () => {
  const python = pythonOf('python: 3.11.4\nbuild_dependencies: [pip]\n')
  const all = merged([requirementsOf('numpy==2'), python, condaOf('dependencies: [python=3.9, numpy=1]')])
  assert.deepEqual(pairs(all), ['numpy==2', 'python==3.11.4'])
})
