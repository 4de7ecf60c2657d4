import { PageHead } from '../parts/index.ts'

export function OverviewPage() {
  return <PageHead title="Overview" />
}
