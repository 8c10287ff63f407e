import { join } from 'node:path'
import { pythonWith } from '../../kit/python.ts'

/** A Python with MLflow's client. */
export function mlflowPython(): Promise<string> {
  return pythonWith(join(import.meta.dirname, 'requirements.txt'), 'mlflow-client')
}
