import '../kiosk/kiosk.css'
import '../kiosk/card/card.css'
import { mount } from '../design/mount.tsx'
import { SandboxCardPage } from './card-page.tsx'

mount(<SandboxCardPage />)
