import { useQuery } from '@tanstack/react-query'
import type { LineDetail } from '../../../src/contract/lines.ts'
import { deploymentQuery, rolloutsQuery } from '../../api/queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { TextLink } from '../../design/go.tsx'
import { Panel } from '../../design/panel.tsx'
import { paths } from '../../paths.ts'
import { RolloutSteps } from '../serving/rollout-steps.tsx'
import { TrafficChart } from '../serving/traffic-chart.tsx'
import { Weights } from '../serving/weights.tsx'

/** Who answers: requests by revision over the last hour, the weights now, and the rollout under way or the last one. */
export function LineTraffic({ project, line }: { project: string; line: LineDetail }) {
  const { data } = useQuery(deploymentQuery(project, line.deployment))
  const past = useQuery(rolloutsQuery(project, line.deployment))
  const rollout = data?.rollout ?? past.data?.rollouts[0]
  return (
    <Panel
      title="Traffic by revision"
      note={
        <TextLink to={paths.deployment(project, line.deployment)}>{`deployment ${line.deployment}`}</TextLink>
      }
      span={7}
    >
      {data === undefined ? (
        <Nothing>Nothing is deployed yet.</Nothing>
      ) : (
        <>
          <Weights deployment={data} />
          <TrafficChart points={data.traffic} group="line" />
          {rollout ? <RolloutSteps project={project} rollout={rollout} /> : null}
        </>
      )}
    </Panel>
  )
}
