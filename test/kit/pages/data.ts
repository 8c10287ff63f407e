import { ago, hash, id, min, random, sec } from './made-up.ts'

const source = (kind: string, file: string, parent?: number) => ({
  kind,
  files: file ? [{ filename: file, digest: hash(file), size: 91_000 }] : [],
  by: kind === 'upload' ? 'admin' : 'lines',
  ...(parent ? { parent } : {}),
})
export const datasetVersions = [3, 2, 1].map((version) => ({
  id: id(`dv${version}`),
  dataset: 'digits',
  version,
  digest: hash(`dv${version}`),
  rows: [0, 1078, 1409, 1649][version] ?? 0,
  bytes: version * 61_000,
  mode: version === 1 ? 'replace' : 'append',
  source:
    version === 3
      ? source('predictions', '', 2)
      : source('upload', `batch-${version}.csv`, version - 1 || undefined),
  created_at: ago([0, 26, 15, 2][version] ?? 0 * min),
}))
export const dataset = {
  id: id('digits'),
  name: 'digits',
  description: 'Scanned digits, 8×8 pixels, arriving in daily batches',
  created_at: ago(26 * min),
  versions: 3,
  latest: datasetVersions[0],
}
const numeric = (name: string, i: number) => {
  const counts = Array.from({ length: 16 }, (_, b) =>
    Math.round(200 * Math.exp(-(((b - ((i * 5) % 16)) / 3) ** 2)) + random() * 20),
  )
  return {
    name,
    type: 'number',
    nulls: i === 5 ? 12 : 0,
    distinct: 17,
    numeric: {
      min: 0,
      max: 16,
      mean: 5.2 + (i % 5),
      std: 4.11,
      edges: Array.from({ length: 17 }, (_, b) => b),
      counts,
    },
  }
}
export const datasetVersion = {
  ...datasetVersions[0],
  schema: [
    { name: 'image_id', type: 'VARCHAR' },
    ...Array.from({ length: 64 }, (_, i) => ({ name: `p${i}`, type: 'BIGINT' })),
    { name: 'camera', type: 'VARCHAR' },
    { name: 'digit', type: 'BIGINT' },
  ],
  parts: [1, 2, 3].map((p) => ({ digest: hash(`part${p}`), rows: 500, bytes: 60_000 })),
  profile: {
    rows: 1649,
    columns: [
      { name: 'image_id', type: 'text', nulls: 0, distinct: 1649 },
      {
        name: 'captured_at',
        type: 'time',
        nulls: 0,
        distinct: 1649,
        times: { min: ago(9e8), max: ago(1e6) },
      },
      {
        name: 'camera',
        type: 'category',
        nulls: 0,
        distinct: 3,
        values: [
          { value: 'north', count: 640 },
          { value: 'east', count: 571 },
          { value: 'south', count: 438 },
        ],
      },
      {
        name: 'digit',
        type: 'category',
        nulls: 0,
        distinct: 10,
        values: Array.from({ length: 10 }, (_, i) => ({ value: String(i), count: 180 - i * 4 })),
      },
      ...Array.from({ length: 64 }, (_, i) => numeric(`p${i}`, i)),
    ],
  },
}
export const rows = {
  columns: datasetVersion.schema,
  total: 1649,
  rows: Array.from({ length: 50 }, (_, i) => [
    `img-${i}`,
    ...Array.from({ length: 64 }, () => Math.floor(random() * 17)),
    'north',
    i % 10,
  ]),
}
export const reports = [
  {
    id: id('report'),
    created_at: ago(112 * sec),
    by: 'lines',
    passed: true,
    results: [
      { check: 'rows >= 500', severity: 'critical', passed: true, observed: 1649, message: '1,649 rows' },
      {
        check: 'p0 to p63 between 0 and 16',
        severity: 'critical',
        passed: true,
        observed: 16,
        message: 'all values are between 0 and 16',
      },
      {
        check: 'camera in north, east, south',
        severity: 'warning',
        passed: false,
        observed: 'west',
        message: '3 rows have camera west, which is not allowed',
      },
    ],
  },
]
