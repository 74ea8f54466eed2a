-- What the vessel keeps in a database of its own since December 2025: nullable columns, then its tables. Machine tables
-- and inner states, whose values repeat what other rows say, are records of one table, `state_records`.

ALTER TABLE daemons ADD COLUMN entity_name TEXT;  -- `name` is the label, its handle
ALTER TABLE daemons ADD COLUMN activity_mode TEXT;
ALTER TABLE daemons ADD COLUMN domain TEXT;
ALTER TABLE daemons ADD COLUMN domain_description TEXT;
ALTER TABLE daemons ADD COLUMN birth_type TEXT;
ALTER TABLE daemons ADD COLUMN genesis_dream_id TEXT;

ALTER TABLE users ADD COLUMN status TEXT;
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE users ADD COLUMN registration_reason TEXT;
ALTER TABLE users ADD COLUMN rejection_reason TEXT;
ALTER TABLE users ADD COLUMN quiet_hours_enabled INTEGER;
ALTER TABLE users ADD COLUMN quiet_hours_start INTEGER;
ALTER TABLE users ADD COLUMN quiet_hours_end INTEGER;
ALTER TABLE users ADD COLUMN quiet_hours_timezone TEXT;

ALTER TABLE conversations ADD COLUMN is_continuous INTEGER;

ALTER TABLE messages ADD COLUMN holds_json TEXT;
ALTER TABLE messages ADD COLUMN notes_json TEXT;
ALTER TABLE messages ADD COLUMN intentions_json TEXT;
ALTER TABLE messages ADD COLUMN stakes_json TEXT;
ALTER TABLE messages ADD COLUMN tests_json TEXT;
ALTER TABLE messages ADD COLUMN narrations_json TEXT;
ALTER TABLE messages ADD COLUMN milestones_json TEXT;

ALTER TABLE growth_edges ADD COLUMN edge_id TEXT;
ALTER TABLE growth_edges ADD COLUMN importance REAL;
ALTER TABLE growth_edges ADD COLUMN last_touched TEXT;
ALTER TABLE growth_edges ADD COLUMN category TEXT;
ALTER TABLE growth_edges ADD COLUMN related_topics_json TEXT;
ALTER TABLE growth_edges ADD COLUMN activated_with_users_json TEXT;
ALTER TABLE growth_edges ADD COLUMN last_surfaced TEXT;
ALTER TABLE growth_edges ADD COLUMN surface_count INTEGER;

ALTER TABLE solo_reflections ADD COLUMN focus_edges_json TEXT;
ALTER TABLE research_task_history ADD COLUMN archived_at TEXT;
ALTER TABLE rhythm_phases ADD COLUMN focus TEXT;

CREATE TABLE roadmap_epics (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    project_id TEXT REFERENCES projects(id),
    title TEXT NOT NULL,
    description TEXT,
    target_date TEXT,
    status TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
ALTER TABLE roadmap_items ADD COLUMN epic_id TEXT REFERENCES roadmap_epics(id);
ALTER TABLE roadmap_items ADD COLUMN emergence_type TEXT;

CREATE TABLE attachments (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    conversation_id TEXT REFERENCES conversations(id),
    filename TEXT,
    media_type TEXT,
    size INTEGER,
    is_image INTEGER,
    created_at TEXT NOT NULL
);

CREATE TABLE conversation_threads (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT REFERENCES users(id),
    title TEXT NOT NULL,
    description TEXT,
    status TEXT,
    thread_type TEXT,
    importance REAL,
    first_conversation_id TEXT REFERENCES conversations(id),
    last_touched TEXT,
    resolution_summary TEXT,
    created_at TEXT NOT NULL,
    resolved_at TEXT
);
CREATE TABLE thread_conversation_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_id TEXT NOT NULL REFERENCES conversation_threads(id),
    conversation_id TEXT NOT NULL REFERENCES conversations(id),
    contribution TEXT,
    linked_at TEXT
);
CREATE TABLE open_questions (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT REFERENCES users(id),
    question TEXT NOT NULL,
    context TEXT,
    question_type TEXT,
    importance REAL,
    source_conversation_id TEXT REFERENCES conversations(id),
    source_thread_id TEXT REFERENCES conversation_threads(id),
    status TEXT,
    resolution TEXT,
    created_at TEXT NOT NULL,
    resolved_at TEXT
);
CREATE TABLE unified_goals (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    title TEXT NOT NULL,
    description TEXT,
    goal_type TEXT,
    parent_id TEXT REFERENCES unified_goals(id),
    project_id TEXT REFERENCES projects(id),
    status TEXT,
    autonomy_tier TEXT,
    requires_approval INTEGER,
    approved_by TEXT,
    approved_at TEXT,
    rejection_reason TEXT,
    priority TEXT,
    urgency TEXT,
    created_by TEXT,
    assigned_to TEXT,
    capability_gaps_json TEXT,
    blockers_json TEXT,
    alignment_score REAL,
    alignment_rationale TEXT,
    linked_user_goals_json TEXT,
    context_queries_json TEXT,
    context_summary TEXT,
    progress_json TEXT,
    completion_criteria_json TEXT,
    outcome_summary TEXT,
    source_conversation_id TEXT REFERENCES conversations(id),
    source_reflection_id TEXT REFERENCES solo_reflections(id),
    source_intention_id TEXT,
    emergence_type TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT
);
-- The vessel calls it `goal_links`, which here means links of working questions.
CREATE TABLE unified_goal_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id TEXT NOT NULL REFERENCES unified_goals(id),
    target_id TEXT NOT NULL REFERENCES unified_goals(id),
    link_type TEXT NOT NULL,
    created_at TEXT
);
CREATE TABLE capability_gaps (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    goal_id TEXT REFERENCES unified_goals(id),
    capability TEXT NOT NULL,
    description TEXT,
    gap_type TEXT,
    status TEXT,
    resolution TEXT,
    urgency TEXT,
    created_at TEXT NOT NULL,
    resolved_at TEXT
);
CREATE TABLE daemon_identity_snippets (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    version INTEGER,
    snippet_text TEXT NOT NULL,
    source_hash TEXT,
    is_active INTEGER,
    generated_at TEXT NOT NULL,
    generated_by TEXT
);
CREATE TABLE genesis_dreams (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT REFERENCES users(id),
    status TEXT,
    current_phase TEXT,
    observations_json TEXT,
    discovered_name TEXT,
    messages_json TEXT,
    created_at TEXT NOT NULL,
    completed_at TEXT
);
CREATE TABLE work_items (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    title TEXT NOT NULL,
    description TEXT,
    action_sequence_json TEXT,
    goal_id TEXT REFERENCES unified_goals(id),
    category TEXT,
    priority INTEGER,
    estimated_duration_minutes INTEGER,
    estimated_cost_usd REAL,
    deadline TEXT,
    dependencies_json TEXT,
    requires_approval INTEGER,
    approval_status TEXT,
    approved_by TEXT,
    approved_at TEXT,
    status TEXT,
    started_at TEXT,
    completed_at TEXT,
    actual_cost_usd REAL,
    result_summary TEXT,
    created_at TEXT NOT NULL,
    created_by TEXT
);
CREATE TABLE schedule_slots (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    work_item_id TEXT REFERENCES work_items(id),
    start_time TEXT,
    end_time TEXT,
    duration_minutes INTEGER,
    recurrence_type TEXT,
    recurrence_value TEXT,
    recurrence_end TEXT,
    priority INTEGER,
    budget_allocation_usd REAL,
    requires_idle INTEGER,
    status TEXT,
    executed_at TEXT,
    created_at TEXT NOT NULL,
    notes TEXT
);
CREATE TABLE work_summaries (
    id TEXT PRIMARY KEY,  -- slug
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    work_unit_id TEXT,
    name TEXT NOT NULL,
    template_id TEXT,
    phase TEXT,
    category TEXT,
    date TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    duration_minutes INTEGER,
    summary TEXT,
    data_json TEXT,
    created_at TEXT
);
CREATE TABLE development_requests (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    requested_by TEXT,
    request_type TEXT,
    title TEXT NOT NULL,
    description TEXT,
    priority TEXT,
    context TEXT,
    related_actions_json TEXT,
    status TEXT,
    claimed_by TEXT,
    claimed_at TEXT,
    result TEXT,
    result_artifacts_json TEXT,
    completed_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- Whom the daemon knows of.
CREATE TABLE peopledex_entities (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT REFERENCES users(id),
    entity_type TEXT,
    primary_name TEXT NOT NULL,
    realm TEXT,
    npc_id TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE peopledex_attributes (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    entity_id TEXT NOT NULL REFERENCES peopledex_entities(id),
    attribute_type TEXT,
    attribute_key TEXT,
    value TEXT NOT NULL,
    is_primary INTEGER,
    source_type TEXT,
    source_id TEXT,
    confidence REAL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE TABLE peopledex_relationships (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    from_entity_id TEXT NOT NULL REFERENCES peopledex_entities(id),
    to_entity_id TEXT NOT NULL REFERENCES peopledex_entities(id),
    relationship_type TEXT,
    relationship_label TEXT,
    is_bidirectional INTEGER,
    source_type TEXT,
    source_id TEXT,
    confidence REAL,
    created_at TEXT NOT NULL
);
CREATE TABLE relational_baselines (
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT NOT NULL REFERENCES users(id),
    baseline_revelation REAL,
    activated_aspect TEXT,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (daemon_id, user_id)
);
CREATE TABLE outreach_drafts (
    id TEXT PRIMARY KEY,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    draft_type TEXT,
    status TEXT,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    recipient TEXT,
    recipient_name TEXT,
    subject TEXT,
    emergence_type TEXT,
    source_conversation_id TEXT REFERENCES conversations(id),
    source_goal_id TEXT REFERENCES unified_goals(id),
    review_history_json TEXT,
    autonomy_level TEXT,
    sent_at TEXT,
    published_at TEXT,
    response_received INTEGER,
    outcome_notes TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    created_by TEXT
);
CREATE TABLE feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    user_id TEXT REFERENCES users(id),
    username TEXT,
    heard_from TEXT,
    message TEXT,
    created_at TEXT NOT NULL
);

-- Events, sums and settings as the vessel stores them, one kind per table of its own.
CREATE TABLE state_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    daemon_id TEXT NOT NULL REFERENCES daemons(id),
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    label TEXT,
    timestamp TEXT,
    data_json TEXT NOT NULL,
    UNIQUE (daemon_id, kind, record_id)
);
