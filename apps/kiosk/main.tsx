import './kiosk.css'
import './card/card.css'
import './palms.css'
import './small-screens.css'
import { mount } from '../design/mount.tsx'
import { DevicePage } from '../device/device-page.tsx'
import { KioskApp } from './app.tsx'

mount(
  <DevicePage kind="kiosk" title="kiosk.title">
    {(ready) => <KioskApp {...ready} />}
  </DevicePage>,
)
