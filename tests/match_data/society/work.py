"""What people do: titles as their holders and as others call them."""

# Department, how it is also called, and titles with other words for them. Titles
# of one world only are drawn there; the project's tables know about half of them.
WORK = {
    "all": (
        (
            "Sales",
            ("sales team",),
            (("Sales Manager", "Head of Sales"), ("Account Executive", "sales rep")),
        ),
        (
            "Finance",
            ("accounting",),
            (("Accountant", "Senior Accountant"), ("CFO", "Finance Director")),
        ),
        (
            "Human Resources",
            ("HR",),
            (("HR Manager", "Head of HR"), ("Recruiter", "recruiter")),
        ),
        (
            "IT",
            ("tech",),
            (("Software Engineer", "developer"), ("IT Support", "sysadmin")),
        ),
        ("Kitchen", ("the kitchen",), (("Head Chef", "Chef"), ("Cook", "line cook"))),
        ("Operations", ("operations",), (("Operations Manager", "ops manager"),)),
    ),
    "west": (
        (
            "Nursing",
            ("ward",),
            (("Charge Nurse", "head nurse"), ("Midwife", "midwife")),
        ),
        (
            "Design",
            ("design",),
            (("Graphic Designer", "designer"), ("Art Director", "art director")),
        ),
        (
            "Research",
            ("the lab",),
            (("Lab Technician", "lab tech"), ("Postdoc", "postdoc")),
        ),
        (
            "Real Estate",
            ("lettings",),
            (("Estate Agent", "realtor"), ("Surveyor", "surveyor")),
        ),
    ),
    "north": (
        (
            "Harbour",
            ("harbour",),
            (("Harbour Pilot", "pilot"), ("Crane Operator", "crane driver")),
        ),
        (
            "Forestry",
            ("forestry",),
            (("Forester", "forester"), ("Sawmill Foreman", "foreman")),
        ),
        (
            "Childcare",
            ("kindergarten",),
            (("Kindergarten Teacher", "preschool teacher"),),
        ),
        (
            "Care",
            ("home care",),
            (("Carer", "care assistant"), ("Physiotherapist", "physio")),
        ),
    ),
    "south": (
        (
            "Weaving",
            ("weaving",),
            (("Loom Operator", "weaver"), ("Quality Inspector", "QC inspector")),
        ),
        ("Film", ("film",), (("Cinematographer", "DOP"), ("Screenwriter", "writer"))),
        (
            "Garage",
            ("workshop",),
            (("Mechanic", "car mechanic"), ("Taxi Driver", "cabbie")),
        ),
        (
            "Tourism",
            ("tours",),
            (("Tour Guide", "guide"), ("Travel Agent", "travel agent")),
        ),
    ),
    "alike": (
        ("Legal", ("law",), (("Lawyer", "Attorney"), ("Law Partner", "Partner"))),
        ("Engineering", ("R&D",), (("Engineering Manager", "eng manager"),)),
        ("Marketing", ("comms",), (("Marketing Director", "CMO"),)),
        ("Executive", ("management",), (("CEO", "Chief Executive"),)),
        ("Nursing", ("ward",), (("Nurse", "Charge Nurse"),)),
        ("Surgery", ("surgical",), (("Surgeon", "Consultant Surgeon"),)),
        ("Faculty", ("teaching",), (("Professor", "Prof"), ("Lecturer", "Teacher"))),
        ("Production", ("film",), (("Producer", "Exec Producer"), ("Director",))),
        ("Security", ("guards",), (("Security Guard", "guard"),)),
        ("Fitness", ("gym",), (("Personal Trainer", "coach"),)),
        ("Logistics", ("transport",), (("Driver", "truck driver"),)),
        ("Warehouse", ("stores",), (("Forklift Driver", "forklift operator"),)),
        ("Construction", ("site",), (("Site Foreman", "foreman"),)),
        ("Front of House", ("bar",), (("Bartender", "barman"), ("Waiter", "server"))),
    ),
    "scripts": (
        (
            "Assembly",
            ("assembly line",),
            (("Line Leader", "line lead"), ("Welder", "welder")),
        ),
        (
            "Streaming",
            ("live",),
            (("Streamer", "live streamer"), ("Talent Scout", "scout")),
        ),
        (
            "Teaching",
            ("school",),
            (("Piano Teacher", "music teacher"), ("Dean", "dean")),
        ),
        (
            "Trading",
            ("trading floor",),
            (("Trader", "broker"), ("Customs Agent", "customs broker")),
        ),
    ),
}


def departments(world):
    """All departments of one world, those of everywhere first."""
    return (*WORK["all"], *WORK[world])
