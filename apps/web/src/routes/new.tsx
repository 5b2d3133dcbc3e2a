import { NewRunPage } from '../components/form/NewRunPage.tsx'

export default function NewRunRoute() {
  return <NewRunPage />
}
