"""The part of n8n 1's SQLite schema that an n8n reader looks at, table by table."""

from __future__ import annotations

_NOW = "(STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW'))"
_STAMPS = (
    f'"createdAt" datetime(3) NOT NULL DEFAULT {_NOW}, '
    f'"updatedAt" datetime(3) NOT NULL DEFAULT {_NOW}'
)

TABLES: tuple[str, ...] = (
    """CREATE TABLE "migrations" (
        "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "timestamp" bigint NOT NULL,
        "name" varchar NOT NULL)""",
    """CREATE TABLE "settings" (
        "key" TEXT NOT NULL,
        "value" TEXT NOT NULL DEFAULT '',
        "loadOnStartup" boolean NOT NULL default false,
        PRIMARY KEY("key"))""",
    f"""CREATE TABLE "project" (
        "id" varchar(36) PRIMARY KEY NOT NULL,
        "name" varchar(255) NOT NULL,
        "type" varchar(36) NOT NULL,
        {_STAMPS},
        "icon" text,
        "description" VARCHAR(512))""",
    f"""CREATE TABLE "folder" (
        "id" varchar(36) PRIMARY KEY NOT NULL,
        "name" varchar(128) NOT NULL,
        "parentFolderId" varchar(36),
        "projectId" varchar(36) NOT NULL,
        {_STAMPS},
        CONSTRAINT "FK_a8260b0b36939c6247f385b8221" FOREIGN KEY ("projectId")
            REFERENCES "project" ("id") ON DELETE CASCADE,
        CONSTRAINT "FK_804ea52f6729e3940498bd54d78" FOREIGN KEY ("parentFolderId")
            REFERENCES "folder" ("id") ON DELETE CASCADE)""",
    f"""CREATE TABLE "tag_entity" (
        "id" varchar(36) PRIMARY KEY NOT NULL,
        "name" varchar(24) NOT NULL,
        {_STAMPS})""",
    f"""CREATE TABLE "workflow_history" (
        "versionId" varchar(36) PRIMARY KEY NOT NULL,
        "workflowId" varchar(36) NOT NULL,
        "authors" varchar(255) NOT NULL,
        {_STAMPS},
        "nodes" text NOT NULL,
        "connections" text NOT NULL,
        "name" varchar(128),
        "autosaved" boolean NOT NULL DEFAULT (false),
        "description" text,
        CONSTRAINT "FK_1e31657f5fe46816c34be7c1b4b" FOREIGN KEY ("workflowId")
            REFERENCES "workflow_entity" ("id") ON DELETE CASCADE ON UPDATE NO ACTION)""",
    f"""CREATE TABLE "workflow_entity" (
        "id" varchar(36) PRIMARY KEY NOT NULL,
        "name" varchar(128) NOT NULL,
        "active" boolean NOT NULL,
        "nodes" text,
        "connections" text,
        "settings" text,
        "staticData" text,
        "pinData" text,
        "versionId" varchar(36) NOT NULL,
        "triggerCount" integer DEFAULT (0),
        "meta" text,
        "parentFolderId" varchar(36),
        {_STAMPS},
        "isArchived" boolean NOT NULL DEFAULT (FALSE),
        "versionCounter" integer NOT NULL DEFAULT (1),
        "description" text,
        "activeVersionId" varchar(36),
        CONSTRAINT "FK_04a4db5906fbc5606c71448d912" FOREIGN KEY ("parentFolderId")
            REFERENCES "folder" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
        CONSTRAINT "FK_08d6c67b7f722b0039d9d5ed620" FOREIGN KEY ("activeVersionId")
            REFERENCES "workflow_history" ("versionId") ON DELETE RESTRICT)""",
    """CREATE TABLE "workflows_tags" (
        "workflowId" varchar(36) NOT NULL,
        "tagId" integer NOT NULL,
        CONSTRAINT "FK_workflows_tags_workflow_entity" FOREIGN KEY ("workflowId")
            REFERENCES "workflow_entity" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
        CONSTRAINT "FK_workflows_tags_tag_entity" FOREIGN KEY ("tagId")
            REFERENCES "tag_entity" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
        PRIMARY KEY ("workflowId", "tagId"))""",
    f"""CREATE TABLE "shared_workflow" (
        "workflowId" varchar(36) NOT NULL,
        "projectId" varchar(36) NOT NULL,
        "role" text NOT NULL,
        {_STAMPS},
        CONSTRAINT "FK_daa206a04983d47d0a9c34649ce" FOREIGN KEY ("workflowId")
            REFERENCES "workflow_entity" ("id") ON DELETE CASCADE,
        CONSTRAINT "FK_a45ea5f27bcfdc21af9b4188560" FOREIGN KEY ("projectId")
            REFERENCES "project" ("id") ON DELETE CASCADE,
        PRIMARY KEY ("workflowId", "projectId"))""",
    f"""CREATE TABLE "execution_entity" (
        "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "workflowId" varchar(36) NOT NULL,
        "finished" boolean NOT NULL,
        "mode" varchar NOT NULL,
        "retryOf" varchar,
        "retrySuccessId" varchar,
        "startedAt" datetime,
        "stoppedAt" datetime,
        "waitTill" datetime,
        "status" varchar NOT NULL,
        "deletedAt" datetime(3),
        "createdAt" datetime(3) NOT NULL DEFAULT {_NOW},
        CONSTRAINT "FK_c4d999a5e90784e8caccf5589de" FOREIGN KEY ("workflowId")
            REFERENCES "workflow_entity" ("id") ON DELETE CASCADE ON UPDATE NO ACTION)""",
    """CREATE TABLE "execution_data" (
        "executionId" int PRIMARY KEY NOT NULL,
        "workflowData" text NOT NULL,
        "data" text NOT NULL,
        FOREIGN KEY("executionId") REFERENCES "execution_entity" ("id") ON DELETE CASCADE)""",
    """CREATE TABLE "execution_metadata" (
        "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "executionId" integer NOT NULL,
        "key" varchar(255) NOT NULL,
        "value" text NOT NULL,
        CONSTRAINT "FK_31d0b4c93fb85ced26f6005cda3" FOREIGN KEY ("executionId")
            REFERENCES "execution_entity" ("id") ON DELETE CASCADE)""",
    """CREATE TABLE "workflow_statistics" (
        "count" INTEGER DEFAULT 0,
        "latestEvent" DATETIME,
        "name" VARCHAR(128) NOT NULL,
        "workflowId" VARCHAR(36),
        "rootCount" INTEGER DEFAULT 0,
        PRIMARY KEY("workflowId", "name"),
        FOREIGN KEY("workflowId") REFERENCES "workflow_entity"("id") ON DELETE CASCADE)""",
    """CREATE TABLE "insights_metadata" (
        "metaId" integer PRIMARY KEY NOT NULL,
        "workflowId" varchar(16),
        "projectId" varchar(36),
        "workflowName" varchar(128) NOT NULL,
        "projectName" varchar(255) NOT NULL,
        CONSTRAINT "FK_1d8ab99d5861c9388d2dc1cf733" FOREIGN KEY ("workflowId")
            REFERENCES "workflow_entity" ("id") ON DELETE SET NULL,
        CONSTRAINT "FK_2375a1eda085adb16b24615b69c" FOREIGN KEY ("projectId")
            REFERENCES "project" ("id") ON DELETE SET NULL)""",
    """CREATE TABLE "insights_raw" (
        "id" integer PRIMARY KEY NOT NULL,
        "metaId" integer NOT NULL,
        "type" integer NOT NULL,
        "value" bigint NOT NULL,
        "timestamp" datetime(0) NOT NULL DEFAULT (CURRENT_TIMESTAMP),
        CONSTRAINT "FK_d66d942bc9907488832eb0eed81" FOREIGN KEY ("metaId")
            REFERENCES "insights_metadata" ("metaId") ON DELETE CASCADE)""",
    """CREATE TABLE "insights_by_period" (
        "id" integer PRIMARY KEY NOT NULL,
        "metaId" integer NOT NULL,
        "type" integer NOT NULL,
        "value" bigint NOT NULL,
        "periodUnit" integer NOT NULL,
        "periodStart" datetime(0) DEFAULT (CURRENT_TIMESTAMP),
        CONSTRAINT "FK_e8881f2214df046dc2740260fe8" FOREIGN KEY ("metaId")
            REFERENCES "insights_metadata" ("metaId") ON DELETE CASCADE)""",
)

INDEXES: tuple[str, ...] = (
    'CREATE UNIQUE INDEX "IDX_8f949d7a3a984759044054e89b" ON "tag_entity" ("name")',
    'CREATE INDEX "IDX_1e31657f5fe46816c34be7c1b4" ON "workflow_history" ("workflowId")',
    'CREATE INDEX "IDX_e10425f6ab9964c4c1623a4a03" ON "workflow_entity" ("name")',
    'CREATE INDEX "idx_workflows_tags_tag_id" ON "workflows_tags" ("tagId")',
    'CREATE INDEX "idx_workflows_tags_workflow_id" ON "workflows_tags" ("workflowId")',
    'CREATE INDEX "IDX_execution_entity_stoppedAt" ON "execution_entity" ("stoppedAt")',
    'CREATE INDEX "IDX_execution_entity_deletedAt" ON "execution_entity" ("deletedAt")',
    'CREATE UNIQUE INDEX "IDX_cec8eea3bf49551482ccb4933e"'
    ' ON "execution_metadata" ("executionId", "key")',
    'CREATE UNIQUE INDEX "IDX_14f68deffaf858465715995508" ON "folder" ("projectId", "id")',
    'CREATE UNIQUE INDEX "IDX_1d8ab99d5861c9388d2dc1cf73" ON "insights_metadata" ("workflowId")',
    'CREATE INDEX "IDX_insights_raw_timestamp_id" ON "insights_raw" ("timestamp", "id")',
    'CREATE UNIQUE INDEX "IDX_a4da41795da1422f680c723e80"'
    ' ON "insights_by_period" ("periodStart", "type", "periodUnit", "metaId")',
    """CREATE TRIGGER workflow_version_increment
        AFTER UPDATE ON workflow_entity FOR EACH ROW
        WHEN OLD."versionCounter" = NEW."versionCounter"
        BEGIN
            UPDATE workflow_entity SET "versionCounter" = "versionCounter" + 1 WHERE id = NEW.id;
        END""",
)

MIGRATIONS: tuple[tuple[int, str], ...] = tuple(
    (moment, f"{name}{moment}")
    for moment, name in (
        (1588102412422, "InitialMigration"),
        (1617213344594, "CreateTagEntity"),
        (1621707690587, "AddWaitColumn"),
        (1664196174000, "WorkflowStatistics"),
        (1674138566000, "AddStatusToExecutions"),
        (1679416281777, "CreateExecutionMetadataTable"),
        (1690000000010, "SeparateExecutionData"),
        (1693491613982, "ExecutionSoftDelete"),
        (1714133768519, "CreateProject"),
        (1727427440136, "SeparateExecutionCreationFromStart"),
        (1737715421462, "AddErrorColumnsToTestRuns"),
        (1741167584277, "RenameAnalyticsToInsights"),
        (1745587087521, "AddWorkflowStatisticsRootCount"),
        (1745934666076, "AddWorkflowArchivedColumn"),
        (1763047800000, "AddActiveVersionIdColumn"),
        (1784000000004, "AddInsightsRawTimestampIdIndex"),
    )
)
"""The migrations that made these tables; an n8n also has those of tables that are not here."""
