-- What the vessel writes and the plan has no place for: nullable columns, then tables in the plan's own style.

ALTER TABLE users ADD COLUMN values_json TEXT;
ALTER TABLE users ADD COLUMN projects_json TEXT;
ALTER TABLE users ADD COLUMN notes TEXT;

ALTER TABLE development_logs ADD COLUMN source_id TEXT;
ALTER TABLE development_logs ADD COLUMN developmental_stage TEXT;
ALTER TABLE development_logs ADD COLUMN created_at TEXT;

ALTER TABLE journals ADD COLUMN source_id TEXT;
ALTER TABLE journals ADD COLUMN entry_type TEXT;  -- daily, research
ALTER TABLE journals ADD COLUMN summary TEXT;
ALTER TABLE journals ADD COLUMN summary_count INTEGER;
ALTER TABLE journals ADD COLUMN conversation_count INTEGER;
ALTER TABLE journals ADD COLUMN locked INTEGER DEFAULT 0;

ALTER TABLE dreams ADD COLUMN reflections_json TEXT;
ALTER TABLE dreams ADD COLUMN discussed INTEGER DEFAULT 0;
ALTER TABLE dreams ADD COLUMN integration_insights_json TEXT;

ALTER TABLE solo_reflections ADD COLUMN status TEXT;
ALTER TABLE solo_reflections ADD COLUMN trigger TEXT;
ALTER TABLE solo_reflections ADD COLUMN ended_at TEXT;
ALTER TABLE solo_reflections ADD COLUMN actual_duration_minutes REAL;
ALTER TABLE solo_reflections ADD COLUMN summary TEXT;
ALTER TABLE solo_reflections ADD COLUMN thought_stream_json TEXT;
ALTER TABLE solo_reflections ADD COLUMN questions_raised_json TEXT;
ALTER TABLE solo_reflections ADD COLUMN model_used TEXT;

CREATE TABLE roadmap_milestones (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    title TEXT NOT NULL,
    description TEXT,
    target_date TEXT,
    status TEXT DEFAULT 'active',
    plan_path TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
ALTER TABLE roadmap_items ADD COLUMN milestone_id TEXT REFERENCES roadmap_milestones(id);

ALTER TABLE calendar_events ADD COLUMN location TEXT;
ALTER TABLE calendar_events ADD COLUMN is_reminder INTEGER DEFAULT 0;
ALTER TABLE calendar_events ADD COLUMN reminder_minutes INTEGER;
ALTER TABLE calendar_events ADD COLUMN completed INTEGER DEFAULT 0;
ALTER TABLE calendar_events ADD COLUMN conversation_id TEXT REFERENCES conversations(id);
ALTER TABLE calendar_events ADD COLUMN tags_json TEXT;
ALTER TABLE calendar_events ADD COLUMN updated_at TEXT;

ALTER TABLE tasks ADD COLUMN project TEXT;  -- a label, not a project id
ALTER TABLE tasks ADD COLUMN modified_at TEXT;
ALTER TABLE tasks ADD COLUMN urgency REAL;

ALTER TABLE rhythm_records ADD COLUMN session_id TEXT;
ALTER TABLE rhythm_records ADD COLUMN session_type TEXT;
ALTER TABLE rhythm_records ADD COLUMN duration_minutes INTEGER;
ALTER TABLE rhythm_records ADD COLUMN findings_json TEXT;
ALTER TABLE rhythm_records ADD COLUMN notes_created_json TEXT;

ALTER TABLE research_sessions ADD COLUMN mode TEXT;
ALTER TABLE research_sessions ADD COLUMN focus_item_id TEXT;  -- a question or an agenda item
ALTER TABLE research_sessions ADD COLUMN duration_limit_minutes INTEGER;
ALTER TABLE research_sessions ADD COLUMN paused_at TEXT;
ALTER TABLE research_sessions ADD COLUMN pause_reason TEXT;
ALTER TABLE research_sessions ADD COLUMN searches_performed INTEGER;
ALTER TABLE research_sessions ADD COLUMN urls_fetched INTEGER;
ALTER TABLE research_sessions ADD COLUMN progress_entries_json TEXT;
ALTER TABLE research_sessions ADD COLUMN summary TEXT;
ALTER TABLE research_sessions ADD COLUMN findings_summary TEXT;
ALTER TABLE research_sessions ADD COLUMN next_steps_json TEXT;
ALTER TABLE research_sessions ADD COLUMN conversation_id TEXT REFERENCES conversations(id);
ALTER TABLE research_sessions ADD COLUMN message_count INTEGER;
ALTER TABLE research_sessions ADD COLUMN completion_reason TEXT;

CREATE TABLE research_proposals (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    title TEXT NOT NULL,
    theme TEXT,
    rationale TEXT,
    status TEXT DEFAULT 'draft',
    tasks_json TEXT,
    created_by TEXT,
    approved_by TEXT,
    approved_at TEXT,
    tasks_completed INTEGER DEFAULT 0,
    tasks_failed INTEGER DEFAULT 0,
    summary TEXT,
    key_insights_json TEXT,
    new_questions_json TEXT,
    pages_created_json TEXT,
    pages_updated_json TEXT,
    created_at TEXT NOT NULL,
    completed_at TEXT
);
ALTER TABLE research_queue ADD COLUMN source_type TEXT;
ALTER TABLE research_queue ADD COLUMN estimated_duration TEXT;
ALTER TABLE research_queue ADD COLUMN scheduled_for TEXT;
ALTER TABLE research_queue ADD COLUMN started_at TEXT;
ALTER TABLE research_queue ADD COLUMN result_json TEXT;
ALTER TABLE research_queue ADD COLUMN exploration_json TEXT;
ALTER TABLE research_queue ADD COLUMN proposal_id TEXT REFERENCES research_proposals(id);

CREATE TABLE user_journals (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT NOT NULL REFERENCES users(id),
    date TEXT NOT NULL,
    content TEXT NOT NULL,
    conversation_count INTEGER DEFAULT 0,
    topics_json TEXT,
    insights_json TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE user_models (
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT NOT NULL REFERENCES users(id),
    relationship_type TEXT,
    relationship_qualities_json TEXT,
    values_json TEXT,
    communication_style_json TEXT,
    open_questions_json TEXT,
    confidence_areas_json TEXT,
    first_interaction TEXT,
    last_interaction TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (daemon_id, user_id)
);
CREATE TABLE relationship_models (
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT NOT NULL REFERENCES users(id),
    formation_date TEXT,
    current_phase TEXT,
    is_foundational INTEGER DEFAULT 0,
    significant_shifts_json TEXT,
    patterns_json TEXT,
    rituals_json TEXT,
    growth_areas_json TEXT,
    how_they_shape_me_json TEXT,
    how_i_shape_them_json TEXT,
    inherited_values_json TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (daemon_id, user_id)
);

CREATE TABLE disagreements (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT REFERENCES users(id),
    user_name TEXT,
    topic TEXT NOT NULL,
    their_position TEXT NOT NULL,
    my_position TEXT NOT NULL,
    rationale TEXT,
    source_conversation_id TEXT REFERENCES conversations(id),
    conversation_ref TEXT,  -- the id as stored, kept when its target is gone
    resolved INTEGER DEFAULT 0,
    resolution_notes TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE question_reflections (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    question TEXT NOT NULL,
    journal_date TEXT,
    reflection_type TEXT,
    reflection TEXT NOT NULL,
    confidence REAL,
    evidence_summary TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE growth_evaluations (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    growth_edge_area TEXT NOT NULL,
    journal_date TEXT,
    evaluation TEXT NOT NULL,
    progress_indicator TEXT,
    evidence TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE potential_growth_edges (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    area TEXT NOT NULL,
    current_state TEXT,
    source_journal_date TEXT,
    confidence REAL,
    impact_assessment TEXT,
    evidence TEXT,
    status TEXT DEFAULT 'pending',
    created_at TEXT NOT NULL
);
CREATE TABLE self_model_nodes (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    node_type TEXT NOT NULL,
    content TEXT,
    metadata_json TEXT,
    mirrors TEXT,  -- the table this node repeats; NULL where the node is the only record
    original_id TEXT,  -- the id of the repeated record
    created_at TEXT NOT NULL
);
CREATE TABLE self_model_edges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    source_id TEXT NOT NULL REFERENCES self_model_nodes(id),
    target_id TEXT NOT NULL REFERENCES self_model_nodes(id),
    edge_type TEXT NOT NULL,
    properties_json TEXT,
    created_at TEXT
);
CREATE TABLE conversation_summaries (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    conversation_id TEXT REFERENCES conversations(id),
    conversation_ref TEXT,
    content TEXT NOT NULL,
    timeframe_start TEXT,
    timeframe_end TEXT,
    message_count INTEGER,
    created_at TEXT NOT NULL
);
CREATE TABLE cross_session_insights (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    source_conversation_id TEXT REFERENCES conversations(id),
    conversation_ref TEXT,
    insight TEXT NOT NULL,
    insight_type TEXT,
    importance REAL,
    tags_json TEXT,
    retrieval_count INTEGER DEFAULT 0,
    last_retrieved TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE marks (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    conversation_id TEXT REFERENCES conversations(id),
    conversation_ref TEXT,
    category TEXT NOT NULL,
    description TEXT,
    context_window TEXT,
    position INTEGER,
    content TEXT,
    created_at TEXT NOT NULL
);

CREATE TABLE research_notes (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    session_id TEXT REFERENCES research_sessions(id),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    sources_json TEXT,
    related_agenda_items_json TEXT,
    related_questions_json TEXT,
    tags_json TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE research_schedules (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    status TEXT NOT NULL,
    session_type TEXT,
    requested_by TEXT,
    focus_description TEXT,
    focus_item_id TEXT,
    recurrence TEXT,
    preferred_time TEXT,
    duration_minutes INTEGER,
    mode TEXT,
    approved_by TEXT,
    approved_at TEXT,
    rejection_reason TEXT,
    last_run TEXT,
    next_run TEXT,
    run_count INTEGER DEFAULT 0,
    last_session_id TEXT,
    notes TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE research_task_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    task_id TEXT NOT NULL REFERENCES research_queue(id),
    seq INTEGER NOT NULL,  -- position in the file
    status TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    result_json TEXT,
    exploration_json TEXT
);
CREATE TABLE wiki_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    page_id TEXT NOT NULL REFERENCES wiki_pages(id),
    position INTEGER NOT NULL,
    target TEXT NOT NULL,
    target_page_id TEXT REFERENCES wiki_pages(id),  -- NULL is a red link
    section TEXT,
    alias TEXT
);
CREATE TABLE synthesis_artifacts (
    id TEXT PRIMARY KEY,  -- slug
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    title TEXT NOT NULL,
    status TEXT,
    confidence REAL,
    content TEXT NOT NULL,
    related_questions_json TEXT,
    revisions_json TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT
);
CREATE TABLE goal_progress (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    entry_type TEXT NOT NULL,
    description TEXT NOT NULL,
    outcome TEXT,
    related_items_json TEXT,
    created_at TEXT NOT NULL
);
CREATE TABLE goal_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    source_id TEXT NOT NULL REFERENCES goals(id),  -- the question
    target_id TEXT NOT NULL,  -- an agenda item or a synthesis artifact, as link_type tells
    link_type TEXT NOT NULL  -- question_agenda, question_artifact
);

CREATE TABLE rhythm_daily_summaries (
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    date TEXT NOT NULL,
    daily_summary TEXT,
    daily_summary_updated_at TEXT,
    PRIMARY KEY (daemon_id, date)
);
CREATE TABLE token_usage_records (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    timestamp TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    category TEXT,
    operation TEXT,
    input_tokens INTEGER DEFAULT 0,
    output_tokens INTEGER DEFAULT 0,
    total_tokens INTEGER DEFAULT 0,
    cache_read_tokens INTEGER DEFAULT 0,
    cache_write_tokens INTEGER DEFAULT 0,
    conversation_id TEXT REFERENCES conversations(id),
    user_id TEXT REFERENCES users(id),
    tool_name TEXT,
    duration_ms INTEGER DEFAULT 0,
    estimated_cost_usd REAL
);
CREATE TABLE github_metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    timestamp TEXT NOT NULL,
    date TEXT NOT NULL,
    repos_json TEXT NOT NULL,
    api_calls_remaining INTEGER,
    error TEXT,
    UNIQUE (daemon_id, timestamp)
);
CREATE TABLE autonomous_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    session_type TEXT NOT NULL,
    session_id TEXT NOT NULL,
    status TEXT DEFAULT 'completed',
    completion_reason TEXT,
    focus TEXT,
    summary TEXT,
    findings_json TEXT,
    artifacts_json TEXT,
    metadata_json TEXT,
    duration_minutes INTEGER,
    started_at TEXT NOT NULL,
    completed_at TEXT,
    UNIQUE (daemon_id, session_type, session_id)
);
CREATE TABLE autonomous_works (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,
    work_id TEXT NOT NULL,
    parent_work_id TEXT,  -- annotation to response, response to protocol
    session_id TEXT,
    title TEXT,
    status TEXT,
    content TEXT,
    data_json TEXT NOT NULL,
    created_at TEXT,
    updated_at TEXT,
    completed_at TEXT,
    UNIQUE (daemon_id, kind, work_id)
);
CREATE TABLE test_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,  -- the file's stem
    record_id TEXT NOT NULL,
    label TEXT,
    timestamp TEXT,
    data_json TEXT NOT NULL,
    UNIQUE (daemon_id, kind, record_id)
);

-- The latest first, without sorting all of them.
CREATE INDEX idx_conversations_updated ON conversations(updated_at);
CREATE INDEX idx_usage_records_timestamp ON token_usage_records(timestamp);

-- The build's own account of itself.

CREATE TABLE source_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    outcome TEXT NOT NULL,  -- ingested, derived, refused, ignored, unreadable, unknown
    reason TEXT,
    row_count INTEGER NOT NULL DEFAULT 0,
    container_json TEXT  -- what the file says about itself, beside its records
);
CREATE TABLE problems (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,
    source_path TEXT NOT NULL,
    record TEXT,
    field TEXT,
    problem TEXT NOT NULL,
    value_json TEXT
);
CREATE TABLE build_info (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
