import './start.css'
import { mount } from '../design/mount.tsx'
import { StartPage } from './start-page.tsx'

mount(<StartPage />)
