ALTER TABLE `agents` ADD `gpu_absence` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `gpu_samples` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `gpu_at` integer;--> statement-breakpoint
ALTER TABLE `gpu_samples` ADD `period_ms` real DEFAULT 1000 NOT NULL;--> statement-breakpoint
ALTER TABLE `gpu_samples` ADD `devices` text;