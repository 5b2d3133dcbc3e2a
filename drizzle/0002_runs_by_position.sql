CREATE TABLE `run_counts` (
	`status` text NOT NULL,
	`model` text NOT NULL,
	`server_url` text NOT NULL,
	`runs` integer NOT NULL,
	PRIMARY KEY(`status`, `model`, `server_url`)
);
--> statement-breakpoint
DROP INDEX `runs_status`;--> statement-breakpoint
DROP INDEX `runs_model`;--> statement-breakpoint
ALTER TABLE `runs` ADD `position` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE runs SET position = created_at * 2048 + (
	SELECT count(*) FROM runs AS earlier WHERE earlier.created_at = runs.created_at AND earlier.run_id < runs.run_id
);
--> statement-breakpoint
CREATE UNIQUE INDEX `runs_position` ON `runs` (`position`);--> statement-breakpoint
CREATE INDEX `runs_by_status` ON `runs` (`status`,`position`);--> statement-breakpoint
CREATE INDEX `runs_by_model` ON `runs` (`model`,`position`);--> statement-breakpoint
CREATE INDEX `runs_by_server` ON `runs` (`server_url`,`position`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_run` ON `idempotency_keys` (`run_id`);--> statement-breakpoint
CREATE INDEX `idempotency_keys_created` ON `idempotency_keys` (`created_at`);
--> statement-breakpoint
DROP INDEX `runs_created`;
--> statement-breakpoint
CREATE TABLE `__new_results` (
	`run_id` text PRIMARY KEY NOT NULL,
	`summary` text NOT NULL,
	`verdict` text NOT NULL,
	`result` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`run_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_results` (`run_id`, `summary`, `verdict`, `result`) SELECT `run_id`, `summary`, `verdict`, `result` FROM `results`;
--> statement-breakpoint
DROP TABLE `results`;
--> statement-breakpoint
ALTER TABLE `__new_results` RENAME TO `results`;
--> statement-breakpoint
INSERT INTO run_counts (status, model, server_url, runs)
	SELECT status, model, server_url, count(*) FROM runs GROUP BY status, model, server_url;
--> statement-breakpoint
CREATE TRIGGER runs_counted_on_insert AFTER INSERT ON runs BEGIN
	INSERT INTO run_counts (status, model, server_url, runs) VALUES (new.status, new.model, new.server_url, 1)
		ON CONFLICT (status, model, server_url) DO UPDATE SET runs = runs + 1;
END;
--> statement-breakpoint
CREATE TRIGGER runs_counted_on_delete AFTER DELETE ON runs BEGIN
	UPDATE run_counts SET runs = runs - 1
		WHERE status = old.status AND model = old.model AND server_url = old.server_url;
	DELETE FROM run_counts
		WHERE status = old.status AND model = old.model AND server_url = old.server_url AND runs = 0;
END;
--> statement-breakpoint
CREATE TRIGGER runs_counted_on_update AFTER UPDATE OF status, model, server_url ON runs BEGIN
	UPDATE run_counts SET runs = runs - 1
		WHERE status = old.status AND model = old.model AND server_url = old.server_url;
	DELETE FROM run_counts
		WHERE status = old.status AND model = old.model AND server_url = old.server_url AND runs = 0;
	INSERT INTO run_counts (status, model, server_url, runs) VALUES (new.status, new.model, new.server_url, 1)
		ON CONFLICT (status, model, server_url) DO UPDATE SET runs = runs + 1;
END;
--> statement-breakpoint
-- Three-letter pieces of each run's texts, by its position. Two line feeds end a text, so that each of its letters begins a piece.
CREATE VIRTUAL TABLE run_search USING fts5(text, content='', contentless_delete=1, tokenize='trigram');
--> statement-breakpoint
CREATE VIRTUAL TABLE run_search_terms USING fts5vocab(run_search, 'row');
--> statement-breakpoint
INSERT INTO run_search (rowid, text)
	SELECT position, coalesce(name, '') || char(10) || model || char(10) || server_url || char(10) || tags || char(10) || run_id || char(10) || char(10) FROM runs;
--> statement-breakpoint
CREATE TRIGGER runs_searched_on_insert AFTER INSERT ON runs BEGIN
	INSERT INTO run_search (rowid, text)
		VALUES (new.position, coalesce(new.name, '') || char(10) || new.model || char(10) || new.server_url || char(10) || new.tags || char(10) || new.run_id || char(10) || char(10));
END;
--> statement-breakpoint
CREATE TRIGGER runs_searched_on_delete AFTER DELETE ON runs BEGIN
	DELETE FROM run_search WHERE rowid = old.position;
END;
--> statement-breakpoint
CREATE TRIGGER runs_searched_on_update AFTER UPDATE OF position, name, model, server_url, tags ON runs BEGIN
	DELETE FROM run_search WHERE rowid = old.position;
	INSERT INTO run_search (rowid, text)
		VALUES (new.position, coalesce(new.name, '') || char(10) || new.model || char(10) || new.server_url || char(10) || new.tags || char(10) || new.run_id || char(10) || char(10));
END;
