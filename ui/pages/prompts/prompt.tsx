import { Select } from '@mantine/core'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Version } from '../../../src/contract/models.ts'
import { modelQuery, modelVersionsQuery } from '../../api/queries.ts'
import { Empty } from '../../design/empty.tsx'
import { Facts } from '../../design/facts.tsx'
import { Page } from '../../design/page.tsx'
import { Columns, Panel } from '../../design/panel.tsx'
import { Tag } from '../../design/status.tsx'
import { Ago } from '../../design/time.tsx'
import { paths } from '../../paths.ts'
import { TextDiff } from '../compare/text-diff.tsx'
import { Comments } from '../notes/comments.tsx'
import { AliasForm } from '../registry/alias-form.tsx'
import { HistoryPanel } from '../registry/history-panel.tsx'
import { messageOf, ownTags, promptText, variablesOf } from './prompt-text.ts'
import { PromptUsers } from './prompt-users.tsx'
import classes from './prompts.module.css'

const route = getRouteApi('/signed-in/projects/$project/prompts/$prompt')

/** One prompt: the text of a version, what changed against another, who points at it and where it is used. */
export function PromptPage() {
  const { project, prompt: name } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  const { data: prompt } = useSuspenseQuery(modelQuery(project, name))
  const { data } = useQuery(modelVersionsQuery(project, name))
  const versions = data?.versions ?? []
  const shown = versions.find((one) => one.version === search.version) ?? versions[0]
  const against = versions.find((one) => one.version === search.against)
  const change = (changed: object) =>
    void navigate({
      to: paths.prompt(project, name),
      search: { ...search, ...changed } as never,
      replace: true,
    })
  return (
    <Page
      title={prompt.name}
      crumbs={[{ label: 'Prompts', to: paths.prompts(project) }]}
      lede={prompt.description}
      status={prompt.aliases.map((each) => <Tag key={each.alias}>{`${each.alias} → v${each.version}`}</Tag>)}
    >
      {shown === undefined ? (
        <Empty icon="prompts" title="No version" />
      ) : (
        <div className={classes.sides}>
          <nav aria-label="Versions">
            <ol className={classes.versions}>
              {versions.map((version) => (
                <li key={version.id}>
                  <button
                    type="button"
                    aria-current={version === shown}
                    onClick={() => change({ version: version.version })}
                  >
                    <b>v{version.version}</b> {version.aliases.join(', ')}
                    <small>{messageOf(version) || version.created_by}</small>
                    <small>
                      <Ago at={version.created_at} />
                    </small>
                  </button>
                </li>
              ))}
            </ol>
          </nav>
          <div className={classes.main}>
            <Panel
              title={
                against === undefined
                  ? `Text of v${shown.version}`
                  : `From v${against.version} to v${shown.version}`
              }
              actions={
                <Select
                  size="xs"
                  w={150}
                  aria-label="Compare with"
                  placeholder="Compare with…"
                  clearable
                  data={versions
                    .filter((version) => version !== shown)
                    .map((version) => ({ value: String(version.version), label: `v${version.version}` }))}
                  value={against === undefined ? null : String(against.version)}
                  onChange={(value) => change({ against: value === null ? undefined : Number(value) })}
                />
              }
            >
              {against === undefined ? (
                <pre className={classes.text}>{promptText(shown.tags)}</pre>
              ) : (
                <Sides a={against} b={shown} />
              )}
            </Panel>
            <Columns>
              <Panel title="About" span={5}>
                <Facts facts={factsOf(shown)} />
              </Panel>
              <Panel title="Aliases" note="What applications load: prompts:/name@alias" span={7}>
                <AliasForm project={project} version={shown} />
              </Panel>
              <PromptUsers project={project} prompt={name} version={shown.version} />
              <HistoryPanel project={project} model={name} span={5} />
            </Columns>
            <Comments key={shown.id} project={project} subject={{ type: 'model_version', id: shown.id }} />
          </div>
        </div>
      )}
    </Page>
  )
}

function factsOf(version: Version): (readonly [string, React.ReactNode])[] {
  return [
    ['Message', messageOf(version) || '–'],
    ['By', version.created_by],
    ['Variables', variablesOf(promptText(version.tags)).join(', ') || 'none'],
    ...ownTags(version.tags),
  ]
}

/** Both texts whole, side by side, and below them what changed. */
function Sides({ a, b }: { a: Version; b: Version }) {
  const [left, right] = [promptText(a.tags), promptText(b.tags)]
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <div className={classes.pair}>
        {[[a, left] as const, [b, right] as const].map(([version, text]) => (
          <figure key={version.id} style={{ margin: 0, minWidth: 0 }}>
            <figcaption className={classes.caption}>v{version.version}</figcaption>
            <pre className={classes.text}>{text}</pre>
          </figure>
        ))}
      </div>
      <TextDiff label={`From v${a.version} to v${b.version}`} a={left} b={right} />
    </div>
  )
}
