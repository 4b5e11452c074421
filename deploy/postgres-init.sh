#!/bin/sh
# Runs once, when the PostgreSQL volume is new: a database for n8n and one for Milhena's store,
# each owned by a role of its own. The read-only role comes later, from n8n-readonly.sql: it needs
# n8n's tables, and n8n makes them at its first start.
set -eu

psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set n8n_password="$N8N_DB_PASSWORD" --set store_password="$STORE_DB_PASSWORD" <<'SQL'
CREATE ROLE n8n LOGIN PASSWORD :'n8n_password';
CREATE DATABASE n8n OWNER n8n;
REVOKE CONNECT ON DATABASE n8n FROM PUBLIC;
CREATE ROLE milhena LOGIN PASSWORD :'store_password';
CREATE DATABASE milhena OWNER milhena;
REVOKE CONNECT ON DATABASE milhena FROM PUBLIC;
SQL
