import { PageHead } from '../parts/index.ts'

export function AuditPage() {
  return <PageHead title="Audit" />
}
