import './terminal.css'
import './small-screens.css'
import { mount } from '../design/mount.tsx'
import { DevicePage } from '../device/device-page.tsx'
import { TerminalApp } from './app.tsx'

mount(
  <DevicePage kind="terminal" title="terminal.title">
    {(ready) => <TerminalApp {...ready} />}
  </DevicePage>,
)
