-- Which verification fetched the one-time password of that attempt: it alone may fetch again, after a crash of its own.
alter table recovery add column credentials_verification uuid;
