-- A role that may read what Milhena needs of n8n's PostgreSQL database, and nothing else.
--
--   psql "postgresql://OWNER@HOST/DATABASE" -v password="$(openssl rand -hex 24)" \
--        -f deploy/n8n-readonly.sql
--
-- Run it as a superuser, or as the owner of n8n's tables where that role may create roles. It may
-- be run again at any time, and should be after an upgrade of n8n that adds tables. Variables:
--   schema    where n8n's tables are             (default n8n; "public" where none was chosen)
--   role      the role to make                   (default milhena_reader)
--   password  its password                       (default: the variable READER_DB_PASSWORD; with
--                                                 neither, an existing password stays)
--
-- Why no ALTER DEFAULT PRIVILEGES: it would open every table that n8n makes, and with it
-- credentials_entity, user and settings. Tables are named one by one instead.

\set ON_ERROR_STOP on
\if :{?schema}
\else
  \set schema n8n
\endif
\if :{?role}
\else
  \set role milhena_reader
\endif
\if :{?password}
\else
  \getenv password READER_DB_PASSWORD
\endif

BEGIN;

SELECT format('CREATE ROLE %I', :'role')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role')
\gexec

ALTER ROLE :"role" LOGIN NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT 20;
-- A second lock besides the missing rights, and an end for whatever a reader forgets.
ALTER ROLE :"role" SET default_transaction_read_only = on;
ALTER ROLE :"role" SET statement_timeout = '30s';
ALTER ROLE :"role" SET idle_in_transaction_session_timeout = '60s';
\if :{?password}
  -- The password belongs in no log; only a superuser may turn that off.
  DO $$ BEGIN
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      SET LOCAL log_statement = 'none';
    END IF;
  END $$;
  ALTER ROLE :"role" PASSWORD :'password';
\endif

SELECT format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), :'role')
\gexec
GRANT USAGE ON SCHEMA :"schema" TO :"role";

-- What the role may have had before goes first, so that this file is the whole truth.
SELECT format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', :'schema', :'role')
\gexec

-- n8n 1.x and 2.x have different tables: those that are there are granted.
SELECT format('GRANT SELECT ON %I.%I TO %I', schemaname, tablename, :'role')
  FROM pg_tables
 WHERE schemaname = :'schema'
   AND tablename IN (
         'execution_entity', 'execution_data', 'execution_metadata',
         'workflow_entity', 'workflow_published_version', 'workflow_statistics',
         'workflows_tags', 'tag_entity', 'folder',
         'project', 'shared_workflow',
         'insights_metadata', 'insights_raw', 'insights_by_period',
         'migrations'
       )
 ORDER BY tablename
\gexec

-- Which executions somebody annotated (n8n never deletes those), but not what they wrote.
SELECT format('GRANT SELECT ("executionId") ON %I.execution_annotations TO %I', :'schema', :'role')
  FROM pg_attribute
 WHERE attrelid = to_regclass(format('%I.execution_annotations', :'schema'))
   AND attname = 'executionId'
\gexec

COMMIT;

-- Without n8n's tables there is nothing to read yet: say so, where a script can see it.
SELECT count(*) = 0 AS nothing
  FROM pg_tables WHERE schemaname = :'schema' AND tablename = 'execution_entity'
\gset
\if :nothing
  \warn The schema has no n8n tables yet: start n8n once, then run this again.
  DO $$ BEGIN RAISE EXCEPTION 'no table execution_entity'; END $$;
\endif
