import { History } from '../components/history/History.tsx'

export default function HistoryRoute() {
  return <History />
}
