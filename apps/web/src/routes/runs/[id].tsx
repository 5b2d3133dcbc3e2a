import { useParams } from '@solidjs/router'
import { RunPage } from '../../components/run/RunPage.tsx'

export default function RunRoute() {
  const params = useParams<{ id: string }>()
  return <RunPage runId={params.id} />
}
