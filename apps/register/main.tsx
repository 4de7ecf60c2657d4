import './register.css'
import './desks.css'
import './small-screens.css'
import { mount } from '../design/mount.tsx'
import { DevicePage } from '../device/device-page.tsx'
import { RegisterApp } from './app.tsx'

mount(
  <DevicePage kind="register" title="register.title">
    {(ready) => <RegisterApp {...ready} />}
  </DevicePage>,
)
