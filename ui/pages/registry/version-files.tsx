import { useState } from 'react'
import type { VersionDetail } from '../../../src/contract/models.ts'
import { Nothing } from '../../design/empty.tsx'
import { Panel } from '../../design/panel.tsx'
import { bytes, plural } from '../../format/number.ts'
import { FilePreview } from '../tracking/files/preview.tsx'
import classes from './registry.module.css'

/** The files of a version, which never change, and beside them the one that is looked at. */
export function VersionFiles({ project, version }: { project: string; version: VersionDetail }) {
  const { files } = version
  const [open, setOpen] = useState(
    files.find((file) => /(^|\/)MLmodel$/.test(file.path))?.path ?? files[0]?.path,
  )
  if (files.length === 0) {
    return (
      <Panel title="Files">
        <Nothing>
          The platform keeps none of its files; they are at {version.source || 'no known place'}.
        </Nothing>
      </Panel>
    )
  }
  return (
    <Panel
      title="Files"
      note={`${plural(files.length, 'file')}, ${bytes(version.size)}; named by their SHA-256`}
    >
      <div className={classes.files}>
        <ul className={classes.fileList}>
          {files.map((file) => (
            <li key={file.path}>
              <button
                type="button"
                aria-current={file.path === open}
                title={file.digest}
                onClick={() => setOpen(file.path)}
              >
                <span>{file.path}</span>
                <small>{bytes(file.size)}</small>
              </button>
            </li>
          ))}
        </ul>
        <div className={classes.shown}>
          {open === undefined ? null : (
            <FilePreview
              key={open}
              project={project}
              of={`models/${version.model}/${version.version}`}
              path={open}
            />
          )}
        </div>
      </div>
    </Panel>
  )
}
