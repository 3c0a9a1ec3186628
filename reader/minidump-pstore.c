// SPDX-License-Identifier: GPL-2.0-only
/*
 * minidump-pstore - gets the pstore records out of a Qualcomm minidump
 *
 * See Documentation/admin-guide/ramoops.rst for what the records are.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect.h"
#include "commands.h"
#include "layout.h"
#include "open.h"
#include "symbols.h"
#include "util.h"
#include "zone.h"

#define EXIT_USAGE 2

#define MAX_SIZE 0x10000000000ULL
#define MAX_CPUS 8192

#define COLLECT_TO "/var/lib/minidump-pstore"
#define COLLECT_KEEP 20
#define MAX_KEEP 1000000

static const char usage[] =
	"Usage: minidump-pstore [OPTION]... SRC\n"
	"       minidump-pstore [OPTION]... log SRC\n"
	"       minidump-pstore [OPTION]... list SRC\n"
	"       minidump-pstore [OPTION]... extract SRC DIR\n"
	"       minidump-pstore [OPTION]... cat SRC RECORD\n"
	"       minidump-pstore [OPTION]... assemble SRC FILE\n"
	"       minidump-pstore [OPTION]... check SRC\n"
	"       minidump-pstore [OPTION]... collect [PARTITION]\n"
	"\n"
	"Reads the pstore records in a Qualcomm minidump. Without a command, it shows\n"
	"which kernel crashed, when and why, and which records there are.\n"
	"\n"
	"  log       print the kernel's log up to the crash\n"
	"  list      show the regions of the dump, the records in them, and their problems\n"
	"  extract   write each record to DIR, under the name and with the bytes that\n"
	"            /sys/fs/pstore would show on the next boot; DIR is created if missing\n"
	"  cat       write one record, such as console-ramoops-0, to the standard output\n"
	"  assemble  write an ELF core file of all regions, as QDL does\n"
	"  check     report what QDL and linux-ramdump-parser would not accept\n"
	"  collect   store a dump that firmware has left in PARTITION, once, in a directory per\n"
	"            crash; default: the partitions rawdump, logdump and ftm of this device\n"
	"\n"
	"SRC is a directory of md_*.BIN files, or an image of the rawdump partition, or\n"
	"that partition's block device, or a minidump.elf. With one of the size options below,\n"
	"it is the memory of ramoops itself, or a file that has this memory somewhere inside.\n"
	"\n"
	"  -f, --force               let extract and assemble overwrite files\n"
	"  -s, --symbols=FILE        name functions in ftrace from System.map or vmlinux\n"
	"  -k, --kaslr-offset=BYTES  the \"Kernel Offset\" in the log of a panic\n"
	"      --json                show the summary and the list as JSON\n"
	"      --salvage             show text of zones whose header is lost, too\n"
	"  -x, --decode              show facility and level of the messages in the log\n"
	"      --caller              show the thread or CPU that wrote them\n"
	"  -e, --ecc=BYTES           bytes of parity per block (ramoops.ecc=); default: detect\n"
	"\n"
	"      --offset=BYTES        where in SRC the memory of ramoops begins; default: 0\n"
	"      --mem-size=BYTES      its size; default: all of SRC\n"
	"      --record-size=BYTES   as ramoops.record_size= and so on; default: 4096 or 0,\n"
	"      --console-size=BYTES  whichever fits\n"
	"      --pmsg-size=BYTES\n"
	"      --ftrace-size=BYTES\n"
	"      --cpus=N              number of ftrace zones; default: detect\n"
	"\n"
	"      --to=DIR              let collect write to DIR; default: " COLLECT_TO "\n"
	"      --clear               let collect mark the dump in the partition as read\n"
	"      --keep=N              let collect keep the newest N crashes; default: 20\n"
	"  -v, --verbose             let collect report why nothing is collected\n"
	"\n"
	"  -h, --help                show this text\n"
	"      --version             show the version\n"
	"\n"
	"Exit status:\n"
	"  0  a record (for list, a region) was found and all of them were written, even if with\n"
	"     warnings; for check, nothing is wrong; for collect, every dump found is stored\n"
	"  1  otherwise\n"
	"  2  wrong usage\n";

int flush_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_SUCCESS;
	warn("standard output");

	return EXIT_FAILURE;
}

static int usage_error(const char *what)
{
	warnx("%s; see minidump-pstore --help", what);
	return EXIT_USAGE;
}

/* getopt's value for options that have no letter */
enum {
	OPTION_RECORD = 256, OPTION_CONSOLE, OPTION_PMSG, OPTION_FTRACE, OPTION_CPUS,
	OPTION_JSON, OPTION_SALVAGE, OPTION_CALLER, OPTION_OFFSET, OPTION_MEM_SIZE, OPTION_VERSION,
	OPTION_TO, OPTION_CLEAR, OPTION_KEEP,
};

static const struct option options[] = {
	{ "force", no_argument, NULL, 'f' },
	{ "symbols", required_argument, NULL, 's' },
	{ "kaslr-offset", required_argument, NULL, 'k' },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "salvage", no_argument, NULL, OPTION_SALVAGE },
	{ "decode", no_argument, NULL, 'x' },
	{ "caller", no_argument, NULL, OPTION_CALLER },
	{ "ecc", required_argument, NULL, 'e' },
	{ "record-size", required_argument, NULL, OPTION_RECORD },
	{ "console-size", required_argument, NULL, OPTION_CONSOLE },
	{ "pmsg-size", required_argument, NULL, OPTION_PMSG },
	{ "ftrace-size", required_argument, NULL, OPTION_FTRACE },
	{ "cpus", required_argument, NULL, OPTION_CPUS },
	{ "offset", required_argument, NULL, OPTION_OFFSET },
	{ "mem-size", required_argument, NULL, OPTION_MEM_SIZE },
	{ "to", required_argument, NULL, OPTION_TO },
	{ "clear", no_argument, NULL, OPTION_CLEAR },
	{ "keep", required_argument, NULL, OPTION_KEEP },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 }
};

struct arguments {
	bool force;
	bool json;
	bool salvage;
	bool decode;
	bool caller;
	bool has_ecc;
	bool has_geometry;
	bool is_for_dump;
	bool is_for_collect;
	const char *symbols;
	u64 kaslr_offset;
	u64 ecc;
	struct geometry geometry;
	struct collect_options collect;
};

static bool take_number(const char *text, u64 max, u64 *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || *number > max) {
		warnx("%s is not a number from 0 to %llu", text, max);
		return false;
	}

	return true;
}

/* As the kernel takes its parameters: 65536, 0x10000 or 64K */
static bool take_size(const char *text, u64 *size)
{
	unsigned int shift = 0;
	char *end;

	errno = 0;
	*size = strtoull(text, &end, 0);
	if (end != text && *end && !end[1])
		shift = strchr("kK", *end) ? 10 : strchr("mM", *end) ? 20 :
			strchr("gG", *end) ? 30 : 0;
	if (errno || end == text || (*end && !shift) || *text == '-' ||
	    *size > MAX_SIZE >> shift) {
		warnx("%s is not a size up to %llu, such as 262144, 0x40000 or 256K", text,
		      MAX_SIZE);
		return false;
	}
	*size <<= shift;

	return true;
}

/* False after a message */
static bool take_option(struct arguments *args, int option)
{
	struct geometry *geometry = &args->geometry;

	if (option == OPTION_TO || option == OPTION_CLEAR || option == OPTION_KEEP ||
	    option == 'v')
		args->is_for_collect = true;
	else if (option != OPTION_SALVAGE)
		args->is_for_dump = true;

	switch (option) {
	case 'f':
		args->force = true;
		return true;
	case 's':
		args->symbols = optarg;
		return true;
	case 'k':
		return take_number(optarg, ~0ULL, &args->kaslr_offset);
	case 'e':
		args->has_ecc = true;
		if (!take_number(optarg, ECC_MAX, &args->ecc))
			return false;
		/* as in ramoops.ecc= */
		if (args->ecc == 1)
			args->ecc = ECC_DEFAULT;
		return true;
	case OPTION_JSON:
		args->json = true;
		return true;
	case OPTION_SALVAGE:
		args->salvage = true;
		return true;
	case 'x':
		args->decode = true;
		return true;
	case OPTION_CALLER:
		args->caller = true;
		return true;
	case OPTION_CPUS:
		args->has_geometry = true;
		return take_number(optarg, MAX_CPUS, &geometry->cpus);
	case OPTION_RECORD:
	case OPTION_CONSOLE:
	case OPTION_PMSG:
	case OPTION_FTRACE:
		args->has_geometry = true;
		return take_size(optarg, &geometry->sizes[option - OPTION_RECORD]);
	case OPTION_OFFSET:
	case OPTION_MEM_SIZE:
		args->has_geometry = true;
		return take_size(optarg, option == OPTION_OFFSET ? &geometry->offset :
				 &geometry->mem_size);
	case OPTION_TO:
		args->collect.to = optarg;
		return true;
	case OPTION_CLEAR:
		args->collect.clear = true;
		return true;
	case OPTION_KEEP:
		return take_number(optarg, MAX_KEEP, &args->collect.keep);
	case 'v':
		args->collect.verbose = true;
		return true;
	default:
		return false;
	}
}

static int run_collect(struct arguments *args, int argc, char **argv)
{
	if (argc > 1)
		return usage_error("wrong number of arguments");
	if (args->is_for_dump)
		return usage_error("collect takes --to, --clear, --keep, --verbose and --salvage");
	args->collect.partition = argv[0];
	args->collect.salvage = args->salvage;

	return cmd_collect(&args->collect);
}

/* @arguments: SRC, and what else the command takes */
static const struct command {
	const char *name;
	int arguments;
	bool may_force;
	int (*run)(const struct dump *dump, const char *target, bool force);
} commands[] = {
	{ "log", 1, false, cmd_log },
	{ "list", 1, false, cmd_list },
	{ "extract", 2, true, cmd_extract },
	{ "cat", 2, false, cmd_cat },
	{ "assemble", 2, true, cmd_assemble },
	{ "check", 1, false, cmd_check },
};

static const struct command no_command = { NULL, 1, false, cmd_summary };

int main(int argc, char **argv)
{
	struct arguments args = { .geometry = {
		.mem_size = SIZE_NOT_GIVEN,
		.sizes = { SIZE_NOT_GIVEN, SIZE_NOT_GIVEN, SIZE_NOT_GIVEN, SIZE_NOT_GIVEN },
	}, .collect = { .to = COLLECT_TO, .keep = COLLECT_KEEP } };
	const struct command *command = &no_command;
	struct symbols *symbols = NULL;
	char **options_given;
	struct dump dump;
	int option, status;
	size_t i;

	while ((option = getopt_long(argc, argv, "fs:k:e:vxh", options, NULL)) >= 0) {
		if (option == 'h') {
			fputs(usage, stdout);
			return flush_output();
		}
		if (option == OPTION_VERSION) {
			puts("minidump-pstore " VERSION);
			return flush_output();
		}
		if (!take_option(&args, option))
			return EXIT_USAGE;
	}
	/* getopt_long() has moved the options to the front */
	options_given = argv + 1;
	argv += optind;
	argc -= optind;

	if (!argc)
		return usage_error("SRC is missing");
	if (!strcmp(argv[0], "collect"))
		return run_collect(&args, argc - 1, argv + 1);
	if (args.is_for_collect)
		return usage_error("--to, --clear, --keep and --verbose are for collect");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[0], commands[i].name) && (argc > 1 || access(argv[0], F_OK)))
			command = &commands[i];
	if (!command->name && argc > 1) {
		warnx("unknown command %s; see minidump-pstore --help", argv[0]);
		return EXIT_USAGE;
	}
	if (command->name) {
		argv++;
		argc--;
	}
	if (argc != command->arguments)
		return usage_error("wrong number of arguments");
	if (args.json && command->run != cmd_summary && command->run != cmd_list)
		return usage_error("--json is for the summary and list");
	if ((args.decode || args.caller) && command->run != cmd_log)
		return usage_error("-x and --caller are for log");
	if (args.force && !command->may_force)
		return usage_error("-f is for extract and assemble");

	if (args.symbols) {
		symbols = symbols_open(args.symbols);
		if (!symbols)
			return EXIT_FAILURE;
	}
	if (dump_open(&dump, argv[0], args.has_geometry ? &args.geometry : NULL)) {
		symbols_close(symbols);
		return EXIT_FAILURE;
	}
	dump.salvage = args.salvage;
	dump.decode = args.decode;
	dump.show_caller = args.caller;
	dump.path = argv[0];
	dump.options = options_given;
	dump.option_count = optind - 1;
	dump.symbols = symbols;
	dump.kaslr_offset = args.kaslr_offset;
	dump.ecc = args.has_ecc ? args.ecc : layout_detect_ecc(&dump);
	layout_number(&dump);

	if (args.json)
		status = cmd_json(&dump, !command->name);
	else
		status = command->run(&dump, argv[1], args.force);
	dump_close(&dump);
	symbols_close(symbols);

	return status;
}
