import { defineTexts } from '../frame/index.ts'
import { approvalsEn } from './texts-en.ts'
import { approvalsEs } from './texts-es.ts'
import { approvalsFr } from './texts-fr.ts'
import { approvalsZh } from './texts-zh.ts'

export const useApprovalTexts = defineTexts({ en: approvalsEn, fr: approvalsFr, es: approvalsEs, zh: approvalsZh })
