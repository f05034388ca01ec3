/**
 * The public API, name by name. Importing it defines no element and starts nothing;
 * `assets/slm-agent.js` (app/element) does both for pages that only include a script.
 */
export { attachAgent } from './app/attach-agent.ts';
export { DatasetDesk } from './app/dataset/dataset-desk.ts';
export type { DatasetDeskOptions } from './app/dataset/dataset-desk.ts';
export { evaluateToolCallRow } from './app/evaluate.ts';
export type { EvaluateRowOptions, RowEvaluation } from './app/evaluate.ts';
export { defineCodeTool } from './app/code-tool.ts';
export type { CodeToolDefinition } from './app/code-tool.ts';
export { readCatalogue, readCatalogueEntry } from './app/read-catalogue.ts';
export { previewMasking } from './app/preview-masking.ts';
export type { MaskedPreview } from './app/preview-masking.ts';
export { nearestExamples } from './app/nearest-examples.ts';
export type { NearestExamples } from './app/nearest-examples.ts';
export { importedModels, ModelChoice } from './app/model-choice.ts';
export type { LogDoor } from './app/log/log-door.ts';
export { MeasurementStore } from './app/measurement-store.ts';
export { ReviewQueue } from './app/review-queue.ts';
export { taskIdOf } from './app/task-id.ts';
export { TrainingDesk } from './app/train/training-desk.ts';
export type { Adapters } from './app/adapters.ts';
export type { Promotion } from './app/promotion.ts';
export { createRuntime } from './app/runtime.ts';
export type { Runtime, RuntimeOptions } from './app/runtime.ts';
export { createSession } from './app/session.ts';
export type { RunOptions } from './app/run-start.ts';
export type { Session } from './app/session.ts';
export type { RecordedEvent, SessionOptions, SessionState } from './app/session-state.ts';
export { canPickFolder, downloadFiles, pickFolder } from './app/save-file.ts';
export { startPage } from './app/start-page.ts';
export type { StartPageOptions } from './app/start-page.ts';
export { siteRoot } from './app/site-root.ts';
export { findGaps } from './app/support.ts';
export { trustOwnScripts } from './app/trusted-scripts.ts';

export type { FindExamples, TestTimeHelp } from './agent/help/test-time-help.ts';
export type { AdapterChoice, ChooseAdapter } from './agent/route.ts';
export type { ApprovalAnswer, ApprovalRequest } from './agent/run-call.ts';
export { runTask } from './agent/run.ts';
export { runWorkflow } from './agent/workflow/run-workflow.ts';
export { defineWorkflow } from './agent/workflow/workflow.ts';
export type { Workflow, WorkflowSteps } from './agent/workflow/workflow.ts';
export type { RunTaskOptions } from './agent/run.ts';
export type { LargerModel, Router } from './agent/trust/router.ts';
export { ShadowDesk } from './agent/shadow-desk.ts';
export type { ShadowDeskOptions, ShadowRequest } from './agent/shadow-desk.ts';

export { overrideAssetUrls } from './bridge/asset-urls.ts';
export { EnginePool } from './bridge/engine-pool.ts';
export type { EnginePoolOptions } from './bridge/engine-pool.ts';
export { RecoveringEngine } from './bridge/recovering-engine.ts';
export type { RecoveringEngineOptions } from './bridge/recovering-engine.ts';
export type { RecoveryEvent, RecoveryStep } from './bridge/recovery-plan.ts';
export { spawnSharedEngine } from './bridge/shared/spawn-shared-engine.ts';
export { spawnEngine } from './bridge/spawn-engine.ts';
export type { Engine, EngineHandle, GenerateOptions, LoadOptions } from './bridge/engine.ts';
export { PromptApiEngine } from './bridge/prompt-api/prompt-api-engine.ts';
export type { PromptApiEngineOptions } from './bridge/prompt-api/prompt-api-engine.ts';
export { RemoteEngine } from './bridge/remote/remote-engine.ts';
export type { RemoteEngineOptions } from './bridge/remote/remote-engine.ts';
export type { Mask, Masked } from './bridge/remote/mask.ts';
export { withContextPolicy } from './bridge/context-policy.ts';
export type { ContextPolicyOptions } from './bridge/context-policy.ts';

export type { Example } from './decode/prompt.ts';
export type { ChatModel } from './facade/chat-model.ts';
export { openJournal, restoreJournal } from './log/journal.ts';
export type { Journal, OpenJournalOptions } from './log/journal.ts';
export type { LogLoss } from './log/lost-log.ts';
export { verifyAudit } from './log/vault/audit-chain.ts';
export type { EraseSelection } from './log/vault/erase.ts';
export type { Vault } from './log/vault/vault.ts';
export type { VaultAdmin } from './log/vault/vault-admin.ts';
export { bootstrapInterval } from './flywheel/bootstrap.ts';
export type { BootstrapOptions } from './flywheel/bootstrap.ts';
export { evalReport } from './flywheel/eval-report.ts';
export type { EvalReportOptions, SideRows } from './flywheel/eval-report.ts';
export {
  archiveReader,
  directoryFolder,
  exportFormats,
  formatPurposes,
  importEpisodes,
  importFormats,
  importRecords,
  makeDataset,
  makeFilters,
  MemoryFiles,
  packArchive,
  paraphrase,
  planDataset,
  plannedRecords,
  readDataset,
  recordLine,
  surveyRecords,
  writeDataset,
} from './flywheel/dataset/index.ts';
export type {
  DatasetAbout,
  DatasetManifest,
  DatasetMessage,
  DatasetPlan,
  DatasetFolder,
  DatasetReader,
  DatasetRecord,
  DatasetSplit,
  EpisodeImportOptions,
  ExportedFile,
  FileFormat,
  FileWriter,
  Filter,
  FilterOptions,
  FunnelStep,
  ImportFormat,
  ImportItem,
  ImportOptions,
  Lineage,
  MadeDataset,
  MakeDatasetOptions,
  OverlapFigure,
  OverlapKind,
  OverlapReport,
  ParaphraseOptions,
  ParaphraseTally,
  PlanOptions,
  PlanSummary,
  Quarantined,
  ReadDataset,
  RecordClass,
  SourceFormat,
  Survey,
  SurveyChunk,
  SurveyHead,
  SurveyOptions,
  SurveyState,
  TaskCount,
  Variant,
  WriteDatasetOptions,
  WriteProgress,
} from './flywheel/dataset/index.ts';
export { exportDataset, exportToStream } from './flywheel/export-dataset.ts';
export { summarise as summariseGrades } from './flywheel/grade.ts';
export type { GradeSummary } from './flywheel/grade.ts';
export { judgeRun, tallyRuns } from './flywheel/judge-run.ts';
export type { JudgedRun } from './flywheel/judge-run.ts';
export { ownRows } from './flywheel/own-rows.ts';
export type { OwnRowsOptions } from './flywheel/own-rows.ts';
export {
  assignAdapter,
  promotionMoves,
  promotionRules,
  rollbackReason,
  standingsOf,
} from './flywheel/promote.ts';
export type { AdapterAssignment, Standing } from './flywheel/promote.ts';
export { reportMarkdown } from './flywheel/report-text.ts';
export { measurementOf } from './flywheel/select/measurement.ts';
export type { MeasurementOptions, RowCost } from './flywheel/select/measurement.ts';
export { selectModels } from './flywheel/select/select-models.ts';
export type { SelectModelsOptions } from './flywheel/select/select-models.ts';
export { logSide } from './flywheel/split.ts';
export type { LogSide } from './flywheel/split.ts';
export { wilsonInterval } from './flywheel/wilson.ts';
export { parseToolCallRow } from './flywheel/tool-call-row.ts';
export type { ToolCallRow } from './flywheel/tool-call-row.ts';

export { enforcedKeywords, unenforcedKeywords } from './decode/schema-keywords.ts';
export type { UnenforcedKeyword } from './decode/schema-keywords.ts';
export { Desk } from './tools/builtin/desk.ts';
export { addDocument } from './tools/builtin/search-documents.ts';
export { builtinTools } from './tools/builtin/index.ts';
export { defineTool } from './tools/define-tool.ts';
export type { ForeignTools, SkippedTool } from './tools/foreign/foreign-tool.ts';
export { connectMcp } from './tools/mcp/connect-mcp.ts';
export type { McpConnection, McpOptions } from './tools/mcp/connect-mcp.ts';
export { openApiTools } from './tools/open-api/open-api-tools.ts';
export type { OpenApiOptions } from './tools/open-api/open-api-tools.ts';
export { offerTools } from './tools/webmcp/offer-tools.ts';
export type { OfferToolsOptions } from './tools/webmcp/offer-tools.ts';
export { pageTools } from './tools/webmcp/page-tools.ts';
export type { PageToolsOptions } from './tools/webmcp/page-tools.ts';
export { Guard } from './tools/guard/guard.ts';
export type { GuardOptions } from './tools/guard/guard.ts';
export type { CallRate, GuardPolicy, GuardRule } from './tools/guard/policy.ts';
export type { Tool, ToolContext } from './tools/tool.ts';

export type { AdaptersView, AdapterView } from './ui/adapters-view.ts';
export { defineDataset } from './ui/dataset/define-dataset.ts';
export type { DatasetView, ExportSettings } from './ui/dataset/dataset-view.ts';
export { defineReport } from './ui/define-report.ts';
export { defineSelection } from './ui/define-selection.ts';
export { defineElements } from './ui/define-elements.ts';
export type { SlmAgent } from './ui/agent-element.ts';
export type { AgentEventDetails, AgentEventName, ExportFormat, FeedbackDraft } from './ui/events.ts';
export type { LogStatus } from './ui/log/log-status.ts';
export type { LogFilter, LogRecord, LogRequest, LogView, Way } from './ui/log/log-view.ts';
export type { PromotedAdapter, PromotionFigure, PromotionView } from './ui/promotion-view.ts';
export { runCost } from './ui/run-cost.ts';
export { defineTraining } from './ui/train/define-training.ts';
export { emptyTaskView, reduceTask } from './ui/task-view.ts';
export type { TaskView } from './ui/task-view.ts';
export { showLanguage } from './ui/translate.ts';
export type { Language } from './ui/translate.ts';

export type { PriceList, RunCost, RunMoney } from './protocol/economics.ts';
export { Fault, faultCodes } from './protocol/fault.ts';
export type { FaultCode, FaultData } from './protocol/fault.ts';
export type { AssetUrls, WasmUrls, WorkerUrls } from './protocol/asset-urls.ts';
export type { ContextPolicy, ContextReport } from './protocol/context.ts';
export type {
  ChatMessage,
  GenerateRequest,
  GenerateResult,
  GenerateUsage,
  LoadPhases,
  LoadedModel,
  LoadProgress,
  LoadRequest,
} from './protocol/engine.ts';
export type {
  Confusion,
  EvalReport,
  EvalSide,
  EvalSubject,
  Figure,
  FigureDifference,
  FigureName,
  Grade,
  Interval,
  JudgedRow,
} from './protocol/evaluation.ts';
export type { Id } from './protocol/id.ts';
export type { Json, JsonObject, JsonSchema } from './protocol/json.ts';
export type {
  AdapterEntry,
  AdapterFormat,
  AdapterScore,
  CatalogueEntry,
  ModelCatalogue,
} from './protocol/model.ts';
export type {
  PromotionAction,
  PromotionDecision,
  PromotionStage,
  ShadowOutcome,
  ShadowTrial,
  Tally,
} from './protocol/promotion.ts';
export type { Episode, Feedback, RunSummary, StoredEvent } from './protocol/record.ts';
export type { RunOutcome, StepOutput, Subtask, TaskEvent, TaskEventOf } from './protocol/task-event.ts';
export type {
  KnownBuild,
  KnownFile,
  KnownModel,
  LicenceTerms,
  ModelLicence,
  PublishedScore,
} from './protocol/known-model.ts';
export type { DecisionFacts, RouterFit } from './protocol/decision-facts.ts';
export type {
  Agreement,
  EscalationPolicy,
  EscalationTarget,
  FeatureEffect,
  Judgement,
  Ruling,
  TrustSettings,
} from './protocol/routing.ts';
export type { ReviewItem, ReviewState } from './protocol/review.ts';
export type {
  Measurement,
  Selection,
  SelectionFilters,
  SelectionRow,
  SelectionTask,
} from './protocol/selection.ts';
export type { ToolCall, ToolOutcome, ToolPermission, ToolSpec } from './protocol/tool.ts';
export type {
  AuditEntry,
  AuditExport,
  AuditReceipt,
  AuditVerdict,
  Erasure,
  RecordingMode,
  Retention,
  Role,
  UnlockSecret,
  VaultCall,
  VaultCheck,
  VaultSettings,
} from './protocol/vault.ts';
