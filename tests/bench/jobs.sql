-- %(first)s to %(last)s of %(all)s jobs, one after another in time; the last %(recent)s of them in
-- the 72 hours before %(now)s. One in five has two attempts, one in a hundred is a test run.
WITH numbered AS (
    SELECT
        n,
        %(now)s - CASE
            WHEN n > %(all)s - %(recent)s THEN (%(all)s - n) * interval '72 h' / %(recent)s
            ELSE interval '72 h' + (%(all)s - %(recent)s - n) * interval '72 h' / %(recent)s
        END AS at,
        3000 + (random() * random() * 45000)::int AS ms,
        CASE
            WHEN n > %(all)s - 8 THEN 'processing'
            WHEN n %% 41 = 0 THEN 'timeout'
            WHEN n %% 29 = 0 THEN 'failed'
            WHEN n %% 301 = 0 THEN 'cancelled'
            ELSE 'done'
        END AS status
    FROM generate_series(%(first)s, %(last)s) AS n
),
job AS (
    INSERT INTO job_history (
        job_id, slot_id, slot_version, source, status, provider_id, started_at, sync_deadline,
        expires_at, finished_at, duration_ms, failure_reason, owner, lease_until, photo_sha256,
        metadata, result_path, result_expires_at, checksum, is_degraded, is_late
    )
    SELECT
        gen_random_uuid(),
        'slot-' || lpad((1 + abs(hashtext(n::text) %% 15))::text, 3, '0'),
        3,
        CASE WHEN n %% 97 = 0 THEN 'ui_test' ELSE 'ingest' END,
        status,
        CASE WHEN n %% 3 = 0 THEN 'turbotext' ELSE 'gemini' END,
        at,
        at + interval '48 s',
        at + interval '72 h',
        CASE WHEN status <> 'processing' THEN at + ms * interval '1 ms' END,
        CASE WHEN status <> 'processing' THEN ms END,
        CASE status
            WHEN 'timeout' THEN 'timeout'
            WHEN 'cancelled' THEN 'job_cancelled'
            WHEN 'failed' THEN (ARRAY['provider_5xx', 'quota', 'network', 'refused'])[1 + n %% 4]
        END,
        'booth.example:8000 0123456789abcdef',
        at + interval '60 s',
        md5(n::text) || md5(n::text),
        CASE
            WHEN n > %(all)s - %(recent)s
                THEN jsonb_build_object(
                    'id', 'CY04N068111304S2L_' || n,
                    'profile', 'C:\Users\Acer\Documents\PhotoboothImages\setup_Serg.xml',
                    'hash', md5(n::text)
                )
            ELSE '{}'
        END,
        CASE WHEN status = 'done' THEN 'results/' || md5(n::text) || '/payload.jpg' END,
        CASE WHEN status = 'done' THEN at + interval '72 h' END,
        CASE WHEN status = 'done' THEN md5(n::text) || md5(n::text) END,
        status = 'failed' AND n %% 11 = 0,
        status = 'done' AND n %% 211 = 0
    FROM numbered
    RETURNING *
),
tried AS (
    INSERT INTO attempt (
        job_id, number, provider_id, model, started_at, duration_ms, failure_reason, detail, usage,
        source
    )
    SELECT
        job_id,
        number,
        provider_id,
        'gemini-3.1-flash-image',
        started_at + number * interval '0.3 s',
        coalesce(duration_ms, 5000),
        CASE WHEN number < tries THEN 'bad_response' ELSE failure_reason END,
        '',
        CASE
            WHEN status = 'done' AND provider_id = 'gemini' THEN jsonb_build_object(
                'promptTokenCount', 258 + (random() * 900)::int,
                'candidatesTokenCount', 1290 + (random() * 400)::int,
                'totalTokenCount', 1548 + (random() * 900)::int
            )
            ELSE '{}'
        END,
        source
    FROM
        (SELECT *, CASE WHEN hashtext(job_id) %% 5 = 0 THEN 2 ELSE 1 END AS tries FROM job) AS j,
        generate_series(1, tries) AS number
    ORDER BY started_at
)
INSERT INTO media_object
SELECT
    replace(job_id, '-', ''), job_id, slot_id, 'result', result_path, 'image/jpeg', 1500000,
    checksum, finished_at, result_expires_at,
    CASE WHEN result_expires_at < %(now)s THEN result_expires_at END
FROM job
WHERE status = 'done'
ORDER BY finished_at
