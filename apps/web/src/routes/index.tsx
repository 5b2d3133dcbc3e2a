export default () => <p>hi</p>
