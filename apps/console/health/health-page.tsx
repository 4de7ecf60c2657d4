import { PageHead } from '../parts/index.ts'

export function HealthPage() {
  return <PageHead title="Health" />
}
