-- The database of Chung Tay and its two roles. As the superuser: psql -f postgresql.sql
-- Then set the passwords: \password chungtay_owner, \password chungtay

-- Makes and changes tables: intranet init, migrate, restore.
CREATE ROLE chungtay_owner LOGIN;
-- Reads and writes rows: intranet serve, jobs, backup.
CREATE ROLE chungtay LOGIN;

CREATE DATABASE chungtay OWNER chungtay_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE chungtay FROM PUBLIC;
GRANT CONNECT ON DATABASE chungtay TO chungtay;

\connect chungtay
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO chungtay_owner;
GRANT USAGE ON SCHEMA public TO chungtay;
ALTER DEFAULT PRIVILEGES FOR ROLE chungtay_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO chungtay;
ALTER DEFAULT PRIVILEGES FOR ROLE chungtay_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO chungtay;
