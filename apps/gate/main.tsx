import '../terminal/terminal.css'
import '../terminal/small-screens.css'
import './gate.css'
import { mount } from '../design/mount.tsx'
import { DevicePage } from '../device/device-page.tsx'
import { GateApp } from './app.tsx'

mount(
  <DevicePage kind="gate" title="gate.title">
    {(ready) => <GateApp {...ready} />}
  </DevicePage>,
)
