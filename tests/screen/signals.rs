//! The signals of a service on the page of one of its SLOs.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use warroom::app::Msg;
use warroom::slo::preset::{self, Across, Full, Load, LoadKind, Names, Service};
use warroom::slo::signal::{Answers, Link, Signal, Signals};
use warroom::text::when;
use warroom::tui::{Theme, view};

use crate::desk::{Desk, at};

fn checkout() -> Service {
    let http = preset::find("http").expect("a preset");
    let names = Names { service: "checkout".to_owned(), ..Names::default() };
    let pool = Load {
        name: "db pool".to_owned(),
        value: "used".to_owned(),
        kind: LoadKind::Gauge,
        across: Across::Worst,
        full: Full::At(50.0),
        left: false,
        unit: String::new(),
    };
    Service {
        requests: http.requests(&names),
        errors: http.errors(&names),
        duration: http.duration(&names),
        loads: vec![pool],
        logs: Link::parse("https://logs.example/?q={{service}}&from={{from_ms}}").ok(),
        ..Service::new("checkout")
    }
}

/// The page of checkout-availability after half an hour of signals, and one that fails.
fn page(width: u16, height: u16) -> String {
    let mut desk = Desk::paging();
    desk.model.burn.signals.set_services([(checkout(), Duration::from_secs(15))]);
    for minute in 0..=30_u64 {
        let growth = 1.0 + minute as f64 / 10.0;
        let answers = Answers::from([
            (Signal::Rate, Ok(Some(40.0))),
            (Signal::Errors, Ok(Some(0.04 * growth))),
            (Signal::P50, Ok(Some(0.032))),
            (Signal::P95, Ok(Some(0.3 * growth))),
            (Signal::P99, Err("bad_data: \u{1b}[31mno\u{202e}".to_owned())),
            (Signal::Load(0), Ok(Some(0.5))),
        ]);
        let then =
            when::after(when::before(desk.model.now, Duration::from_mins(30)), Duration::from_mins(minute));
        let signals = Signals::new(&checkout(), then, answers);
        desk.hear(Msg::Signals { service: "checkout".to_owned(), signals });
    }
    desk.hear(Msg::Resize { width, height });
    desk.press(&["enter"]);
    let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
    view(&desk.model, &Theme::default(), &mut cells);
    let row = |y: u16| (0..width).filter_map(|x| Some(cells.cell((x, y))?.symbol())).collect::<String>();
    (0..height).map(|y| format!("{}\n", row(y).trim_end())).collect()
}

#[test]
fn each_number_has_its_change_and_a_fault_its_reason() {
    let page = page(200, 60);
    let line = |name: &str| {
        let found = page.lines().find(|line| line.split_whitespace().any(|word| word == name));
        found.unwrap_or_else(|| panic!("no {name}:\n{page}")).to_owned()
    };
    for (name, parts) in [
        ("rate", vec!["40.0/s", "same"]),
        ("errors", vec!["0.40 %", "+60 %"]),
        ("p50", vec!["32.0 ms", "same"]),
        ("p95", vec!["1.20 s", "+60 %"]),
        ("p99", vec!["bad_data: ^[[31mno<U+202E>"]),
        ("pool", vec!["50.0 %", "same"]),
    ] {
        let line = line(name);
        assert!(parts.iter().all(|part| line.contains(part)), "{name}: {line}");
    }
    assert!(page.contains("in 15m, last hour"), "{page}");
    assert!(line("p95").contains('█') && line("p95").contains('▃'), "a sparkline: {}", line("p95"));
    let from = at("13:00:00").timestamp_millis();
    assert!(page.contains("https://logs.example/?q=checkout&from="), "{page}");
    assert!(page.contains(&from.to_string()[..5]), "{page}");
}

#[test]
fn without_a_service_the_page_has_no_panel_for_it() {
    let mut desk = Desk::paging();
    desk.press(&["enter"]);
    let mut cells = Buffer::empty(Rect::new(0, 0, 120, 36));
    view(&desk.model, &Theme::default(), &mut cells);
    let text: String = cells.content().iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.contains("alerts") && !text.contains("signals"));
    assert!(!page(80, 24).is_empty());
}
