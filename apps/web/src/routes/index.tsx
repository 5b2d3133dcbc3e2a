import { Dashboard } from '../components/dashboard/Dashboard.tsx'

export default function DashboardRoute() {
  return <Dashboard />
}
