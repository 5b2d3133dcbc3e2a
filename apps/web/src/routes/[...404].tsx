import { A } from '@solidjs/router'
import { Empty } from '../components/ui/Empty.tsx'
import { t } from '../i18n/index.ts'
import { createTitle } from '../lib/title.ts'

export default function NotFoundRoute() {
  createTitle(() => t().notFound.title)
  return (
    <Empty title={t().notFound.title} body={t().notFound.body} page={true}>
      <A href="/" class="button">
        {t().notFound.back}
      </A>
    </Empty>
  )
}
